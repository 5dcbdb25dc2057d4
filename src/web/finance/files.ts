/** Payment files: what waits to be sent, the files that were written, a form that writes one, and the bank's answers. */
import { Readable } from 'node:stream';
import { Refusal } from '../../core/refusal.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { PAY_FORMATS, WITHHOLDING } from '../../formats/pay/index.ts';
import type { PayFormat } from '../../formats/pay/pay-format.ts';
import { readAnswers } from '../../ingest/source/bank-file.ts';
import { spool } from '../../ingest/source/spool.ts';
import { type DraftedFile, payerOf, takeAnswers, writePayments } from '../../office/payments.ts';
import { type FileRecord, paymentFiles, waitingSums } from '../../store/bank/payments.ts';
import { pagesDoor } from '../acts.ts';
import { attempted, formOf } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { type Act, page } from '../page.ts';
import { done, empty, figures, money, part, state, tableOf } from '../pieces.ts';
import { desk, mayDo, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE } from './office.ts';

const FORMATS: readonly PayFormat[] = [...PAY_FORMATS, WITHHOLDING];

/** Writes what waits, and keeps the file to be fetched. */
const write: Act = {
  right: 'write-payments',
  asksAgain: true,
  do: async (session, visit, { format: asked, name, account, bic }, _, requestId) => {
    const { t } = visit.speech;
    const format = FORMATS.find((one) => one.name === asked);
    if (format === undefined) return { refused: t('write-no-format') };
    const isMissing = format.needsPayer && (name ?? '') + (account ?? '') === '';
    if (isMissing) return { refused: t('write-payer-missing') };
    const payer = payerOf({ name, account, bic }, format.needsPayer);
    if (payer instanceof Refusal) return { refused: t('write-payer-missing') };
    const kind = format === WITHHOLDING ? 'deduction' : 'payout';
    const kept: DraftedFile[] = [];
    const order = { kind, format, through: null, payer } as const;
    return attempted(visit, async () => {
      const { files, leftOut } = await writePayments(session, pagesDoor(visit, requestId), order, async (file) => {
        kept.push(file);
      });
      const [first] = files;
      if (first === undefined) {
        const why = leftOut
          .map(({ instructionId: id, partyId: party, why }) => t('write-left-out', { id, party, why }))
          .join('; ');
        throw new Refusal(why === '' ? t('write-nothing') : why);
      }
      for (const file of kept) visit.shelf.keepFile({ file, leftOut });
      return { to: `/finance/files${files.length === 1 ? `/${first.fileId}` : ''}?done=write` };
    });
  },
};

/** Takes in a bank's answers as results of payouts and deductions. */
const results: Act = {
  right: 'write-payments',
  takesFile: true,
  do: async (session, visit, _, file, requestId) => {
    if (file === null) return { refused: visit.speech.t('deliver-no-file') };
    const kept = await spool(Readable.from([file.bytes]), 'answers');
    try {
      return await attempted(visit, async () => {
        const answers = await readAnswers(kept.place, visit.book.calendar, file.name);
        const {
          done: took,
          refused,
          unknown,
        } = await takeAnswers(session, pagesDoor(visit, requestId), file.name, answers);
        const told = { done: 'results', took: String(took), refused: String(refused), unknown: String(unknown.length) };
        return { to: `/finance/files?${new URLSearchParams(told)}` };
      });
    } finally {
      await kept.remove();
    }
  },
};

export const filesPage = page({
  ...desk('see-payouts'),
  path: '/finance/files',
  acts: { write, results },
  load: async (session) => ({
    files: (await paymentFiles(session)).toReversed(),
    payouts: await waitingSums(session, 'payout'),
    deductions: await waitingSums(session, 'deduction'),
  }),
  show: ({ files, payouts, deductions }, visit) => {
    const { t } = visit.speech;
    const sumOf = (label: string, { amount, count }: typeof payouts) => {
      return { label, value: money(visit, amount), beside: t('files-waiting-count', { count }) };
    };
    const waiting = figures([
      sumOf(t('files-waiting-payout'), payouts),
      sumOf(t('files-waiting-deduction'), deductions),
    ]);
    const list = files.length === 0 ? empty(t('files-none')) : filesTable(files, visit);
    const forms = mayDo(visit, 'write-payments')
      ? html`<div class="sides">${part(t('write-title'), writeForm(visit))}${part(t('results-title'), resultsForm(visit))}</div>`
      : NOTHING;
    return officePage(FINANCE_OFFICE, 'way-files', visit, {
      title: t('files-title'),
      under: visit.book.currency,
      body: html`${saidOf(visit)}${part(t('files-waiting'), waiting)}${part(t('files-title'), list)}${forms}`,
    });
  },
});

/** What a form did, as the query tells it; numbers only are believed of it. */
export function saidOf({ query, speech: { t } }: Visit): Markup {
  const number = (name: string): string =>
    /^[0-9]{1,9}$/.test(query.get(name) ?? '') ? (query.get(name) ?? '0') : '0';
  const what = query.get('done');
  if (what === 'cancel') return done(t('file-was-cancelled'));
  if (what === 'results')
    return done(t('results-told', { done: number('took'), refused: number('refused'), unknown: number('unknown') }));
  return what === 'write' ? done(t('file-written')) : NOTHING;
}

export function fileState({ cancelledBy, answered, rows }: FileRecord, { speech: { t } }: Visit): Markup {
  if (cancelledBy !== null) return state(t('file-cancelled', { by: cancelledBy }), 'none');
  return answered === rows ? state(t('file-answered-all'), 'good') : state(t('file-live'), 'wait');
}

function filesTable(files: readonly FileRecord[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { id, word, count, amount, day, text } = columnsFor<FileRecord>(visit);
  const columns = [
    id(t('file-id'), ({ fileId }) => html`<a href="/finance/files/${fileId}">${fileId}</a>`, { fold: 'head' }),
    word(t('file-format'), ({ format }) => format),
    word(t('instruction-state'), (one) => fileState(one, visit)),
    count(t('file-rows'), ({ rows }) => rows),
    count(t('file-answered'), ({ answered }) => answered),
    amount(t('amount'), (one) => one.amount, { fold: 'end' }),
    day(t('file-at'), ({ at }) => visit.book.calendar.format(at)),
    text(t('file-by'), ({ by }) => by),
  ];
  return tableOf(t('files-title'), columns, files, true);
}

function writeForm(visit: Visit): Markup {
  const { t, word } = visit.speech;
  const choices = FORMATS.map(({ name }) => [name, word(`write-format-${name}`)] as const);
  return formOf(
    visit,
    'write',
    [
      { name: 'format', label: t('write-format'), kind: 'choice', required: true, choices: [['', ''], ...choices] },
      { name: 'name', label: t('write-payer-name'), kind: 'line', most: 100, hint: t('write-payer-hint') },
      { name: 'account', label: t('write-payer-account'), kind: 'line', most: 100 },
      { name: 'bic', label: t('write-payer-bic'), kind: 'line', most: 11, hint: t('write-bic-hint') },
    ],
    t('write-send'),
  );
}

function resultsForm(visit: Visit): Markup {
  const { t } = visit.speech;
  const field = {
    name: 'file',
    label: t('results-file'),
    kind: 'file',
    required: true,
    hint: t('results-hint'),
  } as const;
  return formOf(visit, 'results', [field], t('results-send'));
}
