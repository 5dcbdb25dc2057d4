/** Rows that wait for an order line that has not come. Nothing has to be done about them; they are shown for who wonders. */
import { html, type Markup } from '../../formats/files/markup.ts';
import { parkedPage as listParked, type ParkedRow } from '../../store/intake/deliveries-shown.ts';
import { page } from '../page.ts';
import { type Column, empty, pager, tableOf } from '../pieces.ts';
import { cut, desk, keyAfter, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { OPERATIONS_OFFICE } from './office.ts';

const A_PAGE = 50;

export const parkedPage = page({
  ...desk('see-deliveries'),
  path: '/operations/parked',
  load: async (session, visit) => {
    return cut(await listParked(session, { after: keyAfter(visit, 2), limit: A_PAGE }), A_PAGE);
  },
  show: ({ rows, isMore }, visit) => {
    const { t } = visit.speech;
    const last = rows.at(-1);
    const next = isMore && last !== undefined ? `${last.feed} ${last.key}` : null;
    const body =
      rows.length === 0
        ? empty(t('parked-none'))
        : html`${parkedTable(rows, visit)}${pager(visit, next, t('shown', { shown: rows.length }))}`;
    return officePage(OPERATIONS_OFFICE, 'way-parked', visit, {
      title: t('parked-title'),
      under: t('parked-says'),
      body,
    });
  },
});

function parkedTable(rows: readonly ParkedRow[], { speech: { t, word } }: Visit): Markup {
  const columns: Column<ParkedRow>[] = [
    { label: t('order-line'), kind: 'id', fold: 'head', cell: (row) => row.order_line_id },
    { label: t('delivery-feed'), kind: 'word', fold: 'end', cell: ({ feed }) => word(`feed-${feed}`) },
    {
      label: t('delivery-file'),
      kind: 'id',
      cell: ({ delivery_id: id, file, line }) =>
        html`<a href="/operations/deliveries/${String(id)}">${t('reject-title', { file, line: String(line) })}</a>`,
    },
    { label: t('reject-row'), kind: 'id', fold: 'whole', cell: ({ raw }) => html`<code>${raw}</code>` },
  ];
  return tableOf(t('parked-title'), columns, rows, true);
}
