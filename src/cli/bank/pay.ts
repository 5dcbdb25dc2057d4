/**
 * Writes payment files and records them, in one transaction that looks at what waits: a file is on disk under its name
 * only when it is in the book. It also cancels files and delivers a bank's answers. It sends nothing to any bank.
 */
import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../../core/bank/answers.ts';
import { fileIdOf, type Payer, type Payment, type PaymentFile, referenceOf, splitAt } from '../../core/bank/payment.ts';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import type { FeedRows } from '../../core/cases/decide.ts';
import { formatMoney, type Money, sum } from '../../core/money.ts';
import type { PayFormat } from '../../formats/pay/pay-format.ts';
import { record } from '../../ingest/record.ts';
import type { Book } from '../../store/book.ts';
import {
  filesWritten,
  instructionsByReference,
  type PaymentKind,
  type Waiting,
  waitingInstructions,
} from '../../store/payments.ts';
import type { Session } from '../../store/session.ts';
import { UsageError } from '../errors.ts';

export interface PayOrder {
  readonly kind: PaymentKind;
  readonly format: PayFormat;
  readonly out: string;
  readonly through: Day | null;
  readonly payer: Payer;
  readonly by: string;
  readonly at: Instant;
}

interface WrittenFile {
  readonly fileId: string;
  readonly path: string;
  readonly sha256: string;
  readonly rows: number;
  readonly amount: Money;
}

export interface Written {
  readonly files: readonly WrittenFile[];
  /** Instructions that wait, and why they are in no file. */
  readonly leftOut: readonly { readonly instructionId: string; readonly why: string }[];
}

/**
 * Writes what waits into files of a format, and records them.
 * @throws UsageError where a file of that name is there already or the folder cannot be written: nothing is recorded
 */
export async function writePayments(session: Session, order: PayOrder): Promise<Written> {
  const made: WrittenFile[] = [];
  try {
    const { leftOut } = await record(session, 'cps pay', async (book) => {
      const waiting = await waitingInstructions(session, order.kind, order.through);
      const { payments, leftOut } = sorted(waiting, order);
      const first = (await filesWritten(session)) + 1;
      const files = splitAt(payments, order.format.mostRows).map((some, i) => fileOf(some, order, book, first + i));
      for (const file of files) made.push(await draft(file, order));
      return { leftOut, parts: files.flatMap((file, i) => rowsOf(file, made[i]?.sha256 ?? '', order)) };
    });
    for (const { path } of made) await rename(`${path}.part`, path);
    return { files: made, leftOut };
  } catch (error) {
    for (const { path } of made) await rm(`${path}.part`, { force: true });
    throw error;
  }
}

function sorted(
  waiting: readonly Waiting[],
  { kind, format }: PayOrder,
): { payments: Payment[]; leftOut: Written['leftOut'] } {
  const payments: Payment[] = [];
  const leftOut: { instructionId: string; why: string }[] = [];
  for (const { instructionId, partyId, amount, payeeName, payeeAccount } of waiting) {
    const why = kind === 'payout' ? payeeFault(payeeName, payeeAccount, format) : undefined;
    const reference = referenceOf(instructionId, format.longestReference);
    if (why === undefined)
      payments.push({ instructionId, reference, partyId, amount, name: payeeName, account: payeeAccount });
    else leftOut.push({ instructionId, why });
  }
  return { payments, leftOut };
}

function payeeFault(name: string, account: string, format: PayFormat): string | undefined {
  if (name.trim() === '' || account.trim() === '')
    return `its publisher has no payee ${name.trim() === '' ? 'name' : 'account'}`;
  const text = name + account;
  if (
    /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ||
    /^[=+@-]/.test(name) ||
    (/^[=+@-]/.test(account) && !/^\+\d+$/.test(account))
  )
    return 'its payee begins with a sign of a formula or has a line break: amend the publisher';
  return format.problem({ name, account });
}

function fileOf(payments: readonly Payment[], { at, payer }: PayOrder, book: Book, n: number): PaymentFile {
  const day = book.calendar.dayOf(at);
  const { currency, digits } = book;
  const amount = sum(payments.map((one) => one.amount));
  return { fileId: fileIdOf(day, n), createdAt: at, day, payer, currency, digits, payments, amount };
}

/** Writes a file beside its name; it is given its name when it is in the book. */
async function draft(file: PaymentFile, { format, out }: PayOrder): Promise<WrittenFile> {
  const bytes = format.write(file);
  const path = join(out, `${file.fileId}.${format.extension}`);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw new UsageError(`${path} is there already: give an empty --out folder`);
  try {
    const handle = await open(`${path}.part`, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${path} cannot be written (${code}): give an --out folder that is there and empty`);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { fileId: file.fileId, path, sha256, rows: file.payments.length, amount: file.amount };
}

function rowsOf(file: PaymentFile, sha256: string, { format, by, at }: PayOrder): FeedRows[] {
  const { fileId: file_id, payments, digits } = file;
  const written = {
    file_id,
    step: 'write',
    format: format.name,
    sha256,
    rows: String(payments.length),
    amount: formatMoney(file.amount, digits),
    at: isoOf(at),
    by,
  };
  const rows = payments.map(({ instructionId: instruction_id, reference, amount }) => ({
    file_id,
    instruction_id,
    reference,
    amount: formatMoney(amount, digits),
  }));
  return [
    { feed: 'payment-files', rows: [written] },
    { feed: 'payment-file-rows', rows },
  ];
}

/** Records that a file was not sent: what is in it may go into another. NotRecorded where the bank has answered for it. */
export async function cancelFile(
  session: Session,
  file_id: string,
  by: string,
  at: Instant,
  reason: string,
): Promise<void> {
  const row = { file_id, step: 'cancel', at: isoOf(at), by, reason };
  await record(session, 'cps pay cancel', async () => ({ parts: [{ feed: 'payment-files', rows: [row] }] }));
}

/** What a bank's answers came to. */
export interface Answered {
  readonly done: number;
  readonly refused: number;
  /** References that the bank has not decided: they stay in their live file and are not paid again. */
  readonly unknown: readonly string[];
}

/** Delivers a bank's answers as results of deductions and payouts, all of them or none. UsageError for a strange reference. */
export async function takeAnswers(session: Session, path: string, answers: readonly Answer[]): Promise<Answered> {
  await record(session, path, async () => {
    const known = await instructionsByReference(session, [...new Set(answers.map((one) => one.reference))]);
    const strange = answers.find((one) => !known.has(one.reference));
    if (strange !== undefined)
      throw new UsageError(`${path}: no deduction or payout has the reference ${strange.reference}`);
    const rowsFor = (kind: PaymentKind) =>
      answers.flatMap(({ reference, outcome, at, reason }) => {
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
  });
  const count = (outcome: Answer['outcome']): number => answers.filter((one) => one.outcome === outcome).length;
  const unknown = answers.filter((one) => one.outcome === 'unknown').map((one) => one.reference);
  return { done: count('done'), refused: count('refused'), unknown };
}
