/**
 * Writes payment files and records them, in one transaction that looks at what waits: whoever keeps the bytes does so before
 * the book has the file, and failing to keep them records nothing. It also delivers a bank's answers. It
 * sends nothing to any bank.
 */
import { createHash } from 'node:crypto';
import type { Answer } from '../core/bank/answers.ts';
import { fileIdOf, type Payer, type Payment, type PaymentFile, referenceOf, splitAt } from '../core/bank/payment.ts';
import { type Day, type Instant, isoOf } from '../core/calendar.ts';
import type { FeedRows } from '../core/cases/decide.ts';
import { formatMoney, type Money, sum } from '../core/money.ts';
import { Refusal } from '../core/refusal.ts';
import type { PayFormat } from '../formats/pay/pay-format.ts';
import { record } from '../ingest/deliver/record.ts';
import {
  type FileRecord,
  filesWritten,
  instructionsByReference,
  type PaymentKind,
  referencesIn,
  type Waiting,
  waitingInstructions,
} from '../store/bank/payments.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import type { Door } from '../store/people/audit.ts';
import { recordDone } from './acts/act.ts';

export interface PayOrder {
  readonly kind: PaymentKind;
  readonly format: PayFormat;
  readonly through: Day | null;
  readonly payer: Payer;
}

/** A file as it was written. */
export interface DraftedFile {
  readonly fileId: string;
  /** The file's name: its id with the format's ending. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly rows: number;
  readonly amount: Money;
}

export interface Drafted {
  readonly files: readonly DraftedFile[];
  /** Instructions that wait, and why they are in no file. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly instructionId: string;
  /** Whose it is, who can have the payee amended. */
  readonly partyId: string;
  readonly why: string;
}

/**
 * Writes what waits into files of a format, and records them.
 * @param keep puts a file where it can be had, before the book has it; what it throws records nothing
 * @throws Refusal where the format does not pay the book's currency
 */
export async function writePayments(
  session: Session,
  door: Door,
  order: PayOrder,
  keep: (file: DraftedFile) => Promise<void>,
): Promise<Drafted> {
  return session.transaction(async () => {
    const inside = insideTransaction(session);
    const of = { file: door.file ?? `${door.name} payment-file`, door };
    const { decided, receipts } = await record(inside, of, (book) => draft(inside, door, order, keep, book));
    const { files, leftOut, digits } = decided;
    for (const [i, { fileId, sha256, rows, amount }] of files.entries()) {
      const detail = { sha256, rows, amount: formatMoney(amount, digits) };
      // A file is one row and those of its payments.
      await recordDone(inside, door, 'write-payment-file', fileId, detail, receipts.slice(2 * i, 2 * i + 2));
    }
    return { files, leftOut };
  });
}

async function draft(
  session: Session,
  door: Door,
  order: PayOrder,
  keep: (file: DraftedFile) => Promise<void>,
  book: Book,
): Promise<Drafted & { readonly digits: number; readonly parts: readonly FeedRows[] }> {
  const { format } = order;
  if (format.name.startsWith('alipay') && book.currency !== 'CNY')
    throw new Refusal(`${format.name} pays CNY, and this book is in ${book.currency}: choose another format`);
  const fault = format.payerProblem?.(order.payer, book.currency);
  if (fault !== undefined) throw new Refusal(`no file is written: ${fault}`);
  const waiting = await waitingInstructions(session, order.kind, order.through);
  const { payments, leftOut } = sorted(waiting, order, book.currency);
  const first = (await filesWritten(session)) + 1;
  const made = splitAt(payments, format.mostRows).map((some, i) =>
    fileOf(some, { at: door.at, payer: order.payer }, book, first + i),
  );
  const files = made.map((file) => ({ file, drafted: drafted(file, format) }));
  for (const { drafted } of files) await keep(drafted);
  const parts = files.flatMap(({ file, drafted }) => rowsOf(file, drafted.sha256, format, door));
  return { files: files.map((one) => one.drafted), leftOut, parts, digits: book.digits };
}

function sorted(
  waiting: readonly Waiting[],
  { kind, format }: PayOrder,
  currency: string,
): { payments: Payment[]; leftOut: Drafted['leftOut'] } {
  const payments: Payment[] = [];
  const leftOut: LeftOut[] = [];
  for (const { instructionId, partyId, amount, payeeName, payeeAccount } of waiting) {
    const why = kind === 'payout' ? payeeFault(payeeName, payeeAccount, format, currency) : undefined;
    const reference = referenceOf(instructionId, format.longestReference);
    if (why === undefined)
      payments.push({ instructionId, reference, partyId, amount, name: payeeName, account: payeeAccount });
    else leftOut.push({ instructionId, partyId, why });
  }
  return { payments, leftOut };
}

function payeeFault(name: string, account: string, format: PayFormat, currency: string): string | undefined {
  if (name.trim() === '' || account.trim() === '')
    return `its publisher has no payee ${name.trim() === '' ? 'name' : 'account'}`;
  const text = name + account;
  if (
    /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ||
    /^[=+@-]/.test(name) ||
    (/^[=+@-]/.test(account) && !/^\+\d+$/.test(account))
  )
    return 'its payee begins with a sign of a formula or has a line break: amend the publisher';
  return format.problem({ name, account }, currency);
}

function fileOf(
  payments: readonly Payment[],
  { at, payer }: { readonly at: Instant; readonly payer: Payer },
  book: Book,
  n: number,
): PaymentFile {
  const day = book.calendar.dayOf(at);
  const { currency, digits } = book;
  const amount = sum(payments.map((one) => one.amount));
  return { fileId: fileIdOf(day, n), createdAt: at, day, payer, currency, digits, payments, amount };
}

function drafted(file: PaymentFile, format: PayFormat): DraftedFile {
  const bytes = format.write(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { fileId, payments, amount } = file;
  return { fileId, name: `${fileId}.${format.extension}`, bytes, sha256, rows: payments.length, amount };
}

function rowsOf(file: PaymentFile, sha256: string, format: PayFormat, { at, who }: Door): FeedRows[] {
  const { fileId: file_id, payments, digits } = file;
  const written = {
    file_id,
    step: 'write',
    format: format.name,
    sha256,
    rows: String(payments.length),
    amount: formatMoney(file.amount, digits),
    at: isoOf(at),
    by: who.name,
  };
  const rows = payments.map(({ instructionId: instruction_id, reference, name, account, amount }) => ({
    file_id,
    instruction_id,
    reference,
    payee_account: account,
    payee_name: name,
    amount: formatMoney(amount, digits),
  }));
  return [
    { feed: 'payment-files', rows: [written] },
    { feed: 'payment-file-rows', rows },
  ];
}

/** What a bank's answers came to. */
export interface Answered {
  readonly done: number;
  readonly refused: number;
  /** References that the bank has not decided: they stay in their live file and are not paid again. */
  readonly unknown: readonly string[];
}

/** Delivers a bank's answers as results of deductions and payouts, all of them or none. Refusal for a strange reference. */
export async function takeAnswers(
  session: Session,
  door: Door,
  path: string,
  answers: readonly Answer[],
): Promise<Answered> {
  const each = await payByPay(session, path, answers);
  await session.transaction(async () => {
    const inside = insideTransaction(session);
    const { receipts } = await record(inside, { file: path, door }, () => resultsOf(inside, path, each));
    await recordDone(inside, door, 'take-bank-answers', path, { answers: each.length }, receipts);
  });
  const count = (outcome: Answer['outcome']): number => each.filter((one) => one.outcome === outcome).length;
  const unknown = each.filter((one) => one.outcome === 'unknown').map((one) => one.reference);
  return { done: count('done'), refused: count('refused'), unknown };
}

async function resultsOf(
  session: Session,
  path: string,
  each: readonly Answer[],
): Promise<{ readonly parts: readonly FeedRows[] }> {
  const known = await instructionsByReference(session, [...new Set(each.map((one) => one.reference))]);
  const strange = each.find((one) => !known.has(one.reference));
  if (strange !== undefined)
    throw new Refusal(`${path}: no deduction or payout has the reference ${strange.reference}`);
  const rowsFor = (kind: PaymentKind) =>
    each.flatMap(({ reference, outcome, at, reason }) => {
      const of = known.get(reference);
      if (of?.kind !== kind || outcome === 'unknown') return [];
      const status = outcome === 'done' ? 'confirmed' : kind === 'payout' ? 'returned' : 'failed';
      return [{ [`${kind}_id`]: of.id, status, at: isoOf(at), reason }];
    });
  const parts = [
    { feed: 'deduction-results', rows: rowsFor('deduction') },
    { feed: 'payout-results', rows: rowsFor('payout') },
  ];
  return { parts: parts.filter(({ rows }) => rows.length > 0) };
}

/** What a bank says of a whole file, said of each payment in it that it does not answer for by itself. */
async function payByPay(session: Session, path: string, answers: readonly Answer[]): Promise<Answer[]> {
  const own = answers.filter(({ of }) => of === 'payment');
  const each = [...own];
  const answered = new Set(own.map(({ reference }) => reference));
  for (const one of answers.filter(({ of }) => of === 'file')) {
    const references = await referencesIn(session, one.reference);
    if (references.length === 0)
      throw new Refusal(`${path}: there is no payment file ${one.reference}: see cps pay list`);
    for (const reference of references.filter((known) => !answered.has(known)))
      each.push({ ...one, of: 'payment', reference });
  }
  return each;
}

/** Who pays, as typed, where that is enough for the format. */
export function payerOf(
  typed: { readonly name: string | undefined; readonly account: string | undefined; readonly bic: string | undefined },
  needed: boolean,
): Payer | Refusal {
  const bic = typed.bic === undefined || typed.bic === '' ? null : typed.bic;
  const payer = { name: typed.name?.trim() ?? '', account: typed.account?.trim() ?? '', bic };
  if (needed && (payer.name === '' || payer.account === ''))
    return new Refusal('this format names who pays: say --payer-name and --payer-account');
  return payer;
}

/** How a payment file stands. */
export function stateOfFile({ cancelledBy, answered, rows }: FileRecord): string {
  if (cancelledBy !== null) return `cancelled by ${cancelledBy}`;
  return answered === rows ? 'answered' : 'live';
}
