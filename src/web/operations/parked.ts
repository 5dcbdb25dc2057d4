/** Rows that wait for an order line that has not come. Nothing has to be done about them; they are shown for who wonders. */
import { html, type Markup } from '../../formats/files/markup.ts';
import { parkedPage as listParked, type ParkedRow } from '../../store/intake/deliveries-shown.ts';
import { columnsFor, keyAfter, listed, listShown } from '../list.ts';
import { page } from '../page.ts';
import { tableOf } from '../pieces.ts';
import { desk, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { OPERATIONS_OFFICE } from './office.ts';

export const parkedPage = page({
  ...desk('see-deliveries'),
  path: '/operations/parked',
  load: (session, visit) =>
    listed(
      (asked) => listParked(session, asked),
      keyAfter(visit, 2),
      ({ feed, key }) => [feed, key],
    ),
  show: (found, visit) => {
    const { t } = visit.speech;
    return officePage(OPERATIONS_OFFICE, 'way-parked', visit, {
      title: t('parked-title'),
      under: t('parked-says'),
      body: listShown(visit, found, t('parked-none'), () => parkedTable(found.rows, visit)),
    });
  },
});

function parkedTable(rows: readonly ParkedRow[], visit: Visit): Markup {
  const { t, word } = visit.speech;
  const { id: idOf, word: wordOf } = columnsFor<ParkedRow>(visit);
  const delivered = ({ delivery_id: id, file, line }: ParkedRow) =>
    html`<a href="/operations/deliveries/${String(id)}">${t('reject-title', { file, line: String(line) })}</a>`;
  const columns = [
    idOf(t('order-line'), (row) => row.order_line_id, { fold: 'head' }),
    wordOf(t('delivery-feed'), ({ feed }) => word(`feed-${feed}`), { fold: 'end' }),
    idOf(t('delivery-file'), delivered),
    idOf(t('reject-row'), ({ raw }) => html`<code>${raw}</code>`, { fold: 'whole' }),
  ];
  return tableOf(t('parked-title'), columns, rows, true);
}
