/** One payment file: what is in it, how it stands, its bytes while the server holds them, and its cancelling. */
import { html, type Markup } from '../../formats/files/markup.ts';
import { cancelPaymentFile } from '../../office/acts/bank.ts';
import { type FileRecord, type FileRow, paymentFiles, rowsOfFile } from '../../store/bank/payments.ts';
import type { Session } from '../../store/connection/session.ts';
import { actForm, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor, keyAfter, listed, listShown } from '../list.ts';
import { type Counter, page } from '../page.ts';
import { facts, money, part, tableOf } from '../pieces.ts';
import { desk, mayDo, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { fileState, saidOf } from './files.ts';
import { stateOf } from './instructions.ts';
import { FINANCE_OFFICE } from './office.ts';

async function fileOf(session: Session, { params }: Visit): Promise<FileRecord | undefined> {
  return (await paymentFiles(session, params['file'] ?? ''))[0];
}

const cancel = doing(cancelPaymentFile, { knows: ({ params }) => ({ file: params['file'] ?? '' }) });

export const filePage = page({
  ...desk('see-payouts'),
  path: '/finance/files/:file',
  acts: { cancel },
  load: async (session, visit) => {
    const file = await fileOf(session, visit);
    if (file === undefined) return null;
    const rows = await listed(
      ({ after, limit }) => rowsOfFile(session, file.fileId, after?.[0] ?? '', limit),
      keyAfter(visit, 1),
      (row) => [row.instructionId],
    );
    return { file, rows };
  },
  show: ({ file, rows }, visit) => {
    const { t } = visit.speech;
    const list = listShown(visit, rows, t('nothing-here'), () => rowsTable(file, rows.rows, visit), file.rows);
    return officePage(FINANCE_OFFICE, 'way-files', visit, {
      title: t('file-title', { file: file.fileId }),
      back: { path: '/finance/files', label: t('files-title') },
      body: html`${saidOf(visit)}${bytesOf(file, visit)}${aboutOf(file, visit)}${part(t('file-rows-of'), list)}${cancelForm(file, visit)}`,
    });
  },
});

/** The way to the file itself, for who writes payments: payees' accounts are in it. */
function bytesOf({ fileId, cancelledBy }: FileRecord, visit: Visit): Markup {
  const { t } = visit.speech;
  if (cancelledBy !== null || !mayDo(visit, 'write-payments')) return NOTHING;
  const kept = visit.shelf.fileKept(fileId);
  if (kept === undefined) return html`<p class="note spaced">${t('file-gone')}</p>`;
  const left = kept.leftOut.map(
    ({ instructionId: id, partyId: party, why }) =>
      html`<p class="fault">${t('write-left-out', { id, party, why })}</p>`,
  );
  return html`${left}<p class="spaced"><a class="button" href="/finance/files/${fileId}/content" download>${t('file-fetch')}</a></p>`;
}

function aboutOf(file: FileRecord, visit: Visit): Markup {
  const { t } = visit.speech;
  return facts([
    [t('instruction-state'), fileState(file, visit)],
    [t('file-format'), file.format],
    [t('amount'), `${money(visit, file.amount)} ${visit.book.currency}`],
    [t('file-rows'), String(file.rows)],
    [t('file-answered'), String(file.answered)],
    [t('file-at'), visit.book.calendar.format(file.at)],
    [t('file-by'), file.by],
    ['SHA-256', html`<code>${file.sha256}</code>`],
  ]);
}

function rowsTable(file: FileRecord, rows: readonly FileRow[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { id, amount, word } = columnsFor<FileRow>(visit);
  const columns = [
    id(t('instruction-id'), (row) => row.instructionId, {
      fold: 'head',
      total: t('total-lines', { count: file.rows }),
    }),
    amount(t('amount'), (row) => row.amount, { fold: 'end', total: file.amount }),
    word(t('instruction-state'), (row) => stateOf(row.state, visit)),
  ];
  return tableOf(t('file-rows-of'), columns, rows, true);
}

function cancelForm({ cancelledBy, answered }: FileRecord, visit: Visit): Markup {
  const { t } = visit.speech;
  if (cancelledBy !== null || answered > 0 || !mayDo(visit, 'write-payments')) return NOTHING;
  const form = actForm(visit, 'cancel', cancelPaymentFile, { ask: ['reason'] });
  return part(t('cancel-title'), html`<p class="quiet intro">${t('cancel-says')}</p>${form}`);
}

/** The file as it was written, while the server holds it. */
export const fileContent: Counter = {
  ...desk('write-payments'),
  path: '/finance/files/:file/content',
  open: async (session, visit) => {
    const file = await fileOf(session, visit);
    const kept = file === undefined ? undefined : visit.shelf.fileKept(file.fileId);
    // A file whose recording was taken back has the name of the next one, and other bytes.
    if (kept === undefined || kept.file.sha256 !== file?.sha256) return null;
    async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      yield bytes;
    }
    return { name: kept.file.name, mime: 'application/octet-stream', pieces: pieces(kept.file.bytes) };
  },
};
