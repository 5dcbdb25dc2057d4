/** Rows that were refused: listed with why, had in their feed's columns, and mended one at a time and delivered again. */
import { isoOf } from '../../core/calendar.ts';
import { FEED_NAMES } from '../../core/feeds/index.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { recordRows } from '../../ingest/deliver/record.ts';
import { recordDone } from '../../office/acts/act.ts';
import { dismissReject } from '../../office/acts/rejects.ts';
import { cellsOf, columnsOfFeed, rejectsCsv } from '../../office/rejects.ts';
import { mendRefusal } from '../../store/intake/deliveries.ts';
import { type RefusedRow, refusalNamed, refusedByFeed, refusedPage } from '../../store/intake/deliveries-shown.ts';
import { actForm, actSaid, doing, pagesDoor } from '../acts.ts';
import { attempted, formOf } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { CSV, columnsFor, listed } from '../list.ts';
import { type Act, type Counter, page } from '../page.ts';
import { done, downloads, empty, facts, pager, part, type Shown, state, tableOf } from '../pieces.ts';
import { desk, mayBring, mayDo, narrowing, numberOf, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { OPERATIONS_OFFICE } from './office.ts';

export const rejectsPage = page({
  ...desk('see-deliveries'),
  path: '/operations/rejects',
  load: async (session, { query }) => {
    const feed = query.get('feed') ?? '';
    const after = numberOf(query.get('after'));
    const which = query.get('which') === 'all' ? 'all' : 'open';
    const of = { delivery: null, feed: FEED_NAMES.includes(feed) ? feed : null, which } as const;
    const found = await listed(
      (asked) => refusedPage(session, of, asked),
      after === undefined ? null : [String(after)],
      (row) => [String(row.refusal_id)],
    );
    return { found, which, byFeed: await refusedByFeed(session) };
  },
  show: ({ found: { rows, next }, which, byFeed }, visit) => {
    const { t } = visit.speech;
    const title = t('rejects-title');
    const ways = byFeed.map(({ feed, count }) => [feed, `${visit.speech.word(`feed-${feed}`)} (${count})`] as const);
    const files = byFeed.map(({ feed }) => [`${feed}-rejects.csv`, `/operations/rejects/files/${feed}`] as const);
    const states = narrowing(visit, 'which', [
      ['', t('rejects-open')],
      ['all', t('rejects-all')],
    ]);
    const body =
      rows.length === 0
        ? html`${states}${empty(t(which === 'all' ? 'rejects-none-ever' : 'rejects-none'))}`
        : html`${states}${narrowing(visit, 'feed', [['', t('all')], ...ways])}${refusedTable(rows, visit)}${pager(visit, next, t('shown', { shown: rows.length }))}${part(t('rejects-files'), downloads(visit, files))}${again(visit)}`;
    return officePage(OPERATIONS_OFFICE, 'way-rejects', visit, { title, under: t('rejects-says'), body });
  },
});

function again(visit: Visit): Markup {
  if (!mayDo(visit, 'deliver')) return NOTHING;
  return html`<p class="after-table"><a href="/operations/deliveries#deliver">${visit.speech.t('deliver-title')} →</a></p>`;
}

export function refusedTable(rows: readonly RefusedRow[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { id: idOf, word, text } = columnsFor<RefusedRow>(visit);
  const link = ({ refusal_id: id, file, line }: RefusedRow) =>
    html`<a href="/operations/rejects/${String(id)}">${t('reject-title', { file, line: String(line) })}</a>`;
  const columns = [
    idOf(t('delivery-file'), link, { fold: 'head' }),
    word(t('delivery-feed'), ({ feed }) => visit.speech.word(`feed-${feed}`)),
    word(t('reject-verdict'), ({ verdict }) => verdictOf(verdict, visit), { fold: 'end' }),
    word(t('reject-state'), (row) => stateOf(row, visit)),
    text(t('reject-reason'), ({ reason }) => reason, { fold: 'whole' }),
    idOf(t('reject-row'), ({ raw }) => html`<code>${shortened(raw)}</code>`, { fold: 'whole' }),
  ];
  return tableOf(t('rejects-title'), columns, rows, true);
}

const SHOWN_OF_ROW = 160;

function shortened(raw: string): string {
  return raw.length <= SHOWN_OF_ROW ? raw : `${raw.slice(0, SHOWN_OF_ROW)} …`;
}

function verdictOf(verdict: string, { speech: { t } }: Visit): Markup {
  return verdict === 'conflict' ? state(t('verdict-conflict'), 'wait') : state(t('verdict-rejected'), 'bad');
}

/** A cell is sent as `cell-` and its column, so that no column is taken for a field of the form. */
const FIELD = 'cell-';

/** Delivers the mended row. What the intake refuses again is told, and leaves nothing. */
const mend: Act = {
  right: 'deliver',
  do: async (session, visit, fields, _, requestId) => {
    const id = numberOf(visit.params['reject']);
    const row = id === undefined ? undefined : await refusalNamed(session, id);
    if (row === undefined || cellsOf(row) === null || !mayBring(visit, row.feed)) return null;
    const cells = Object.fromEntries(
      columnsOfFeed(row.feed).flatMap((name) => {
        const cell = fields[`${FIELD}${name}`] ?? '';
        return cell === '' ? [] : [[name, cell]];
      }),
    );
    return attempted(visit, async () => {
      const { feed } = row;
      const door = pagesDoor(visit, requestId);
      const [receipt] = await recordRows(session, `pages mended ${feed}`, [{ feed, rows: [cells] }], door);
      const receipts = receipt === undefined ? [] : [receipt];
      if (receipt !== undefined && id !== undefined) await mendRefusal(session, id, BigInt(receipt.delivery));
      await recordDone(session, door, 'mend', feed, { reject: String(id) }, receipts);
      const came = receipt?.accepted === 1 ? 'accepted' : receipt?.parked === 1 ? 'parked' : 'duplicate';
      return { to: `${visit.path}?done=${came}` };
    });
  },
};

export const rejectPage = page({
  ...desk('see-deliveries'),
  path: '/operations/rejects/:reject',
  acts: {
    mend,
    dismiss: doing(dismissReject, { knows: ({ params }) => ({ reject: params['reject'] ?? '' }) }),
  },
  load: async (session, { params }) => {
    const id = numberOf(params['reject']);
    return id === undefined ? null : ((await refusalNamed(session, id)) ?? null);
  },
  show: (row, visit) => {
    const { t } = visit.speech;
    const { file, line, feed, verdict, reason, raw } = row;
    const about = facts([
      [t('delivery-feed'), visit.speech.word(`feed-${feed}`)],
      [t('reject-verdict'), verdictOf(verdict, visit)],
      [t('reject-reason'), reason],
      [t('reject-state'), stateOf(row, visit)],
      [t('delivery-file'), html`<a href="/operations/deliveries/${String(row.delivery_id)}">${file}</a>`],
    ]);
    return officePage(OPERATIONS_OFFICE, 'way-rejects', visit, {
      title: t('reject-title', { file, line: String(line) }),
      back: { path: '/operations/rejects', label: t('rejects-title') },
      body: html`${came(visit)}${actSaid(visit, dismissReject)}${about}${part(t('reject-raw'), html`<pre class="raw">${raw}</pre>`)}${mendPart(row, visit)}${dismissPart(row, visit)}`,
    });
  },
});

function came({ query, speech: { t } }: Visit): Markup {
  const what = query.get('done');
  return what === 'accepted' || what === 'duplicate' || what === 'parked' ? done(t(`mended-${what}`)) : NOTHING;
}

function mendPart(row: RefusedRow, visit: Visit): Markup {
  const { t } = visit.speech;
  if (!isOpen(row) || !mayBring(visit, row.feed)) return NOTHING;
  const cells = cellsOf(row);
  if (cells === null) return part(t('reject-mend'), empty(t('reject-no-cells')));
  const fields = columnsOfFeed(row.feed).map((name, at) => {
    const fault = name === row.about ? { fault: row.reason } : {};
    return { name: `${FIELD}${name}`, label: name, kind: 'line', value: cells[at] ?? '', ...fault } as const;
  });
  const form = formOf(visit, 'mend', fields, t('reject-send'));
  return part(
    t('reject-mend'),
    html`<p class="quiet intro">${t('reject-mend-says')}</p><div class="many">${form}</div>`,
  );
}

const isOpen = ({ mended_by: mended, dismissed_by: dismissed }: RefusedRow): boolean =>
  mended === null && dismissed === null;

/** How a refused row stands. */
function stateOf(row: RefusedRow, { speech: { t } }: Visit): Shown {
  if (row.mended_by !== null)
    return html`<a href="/operations/deliveries/${String(row.mended_by)}">${t('reject-mended')}</a>`;
  if (row.dismissed_by === null) return state(t('reject-open'), 'wait');
  return t('reject-dismissed', { by: row.dismissed_by, why: row.dismissed_why ?? '' });
}

function dismissPart(row: RefusedRow, visit: Visit): Markup {
  if (!isOpen(row) || !mayDo(visit, dismissReject.right)) return NOTHING;
  const form = actForm(visit, 'dismiss', dismissReject, { ask: ['reason'] });
  return part(visit.speech.t('reject-dismiss'), form);
}

/** The refused rows of a feed, in its own columns. */
export const rejectsFile: Counter = {
  ...desk('see-deliveries'),
  path: '/operations/rejects/files/:feed',
  open: async (session, { params, now }) => {
    const { feed = '' } = params;
    if (!FEED_NAMES.includes(feed)) return null;
    const day = isoOf(now).slice(0, 10);
    return { name: `${feed}-rejects-${day}.csv`, mime: CSV, pieces: rejectsCsv(session, feed) };
  },
};
