/** Deliveries, each with its receipt, and a form that delivers a file through the same intake as `cps ingest`. */
import { Readable } from 'node:stream';
import { FEED_NAMES, FEEDS } from '../../core/feeds/index.ts';
import { deliveredBy, type ToldColumn, toldColumns } from '../../core/feeds/told.ts';
import { feedTemplate } from '../../formats/feeds.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { noticeSentence } from '../../formats/notices.ts';
import { BOUNDS, type Bounds, MIB } from '../../ingest/bounds.ts';
import { deliver } from '../../ingest/deliver/deliver.ts';
import { spool } from '../../ingest/source/spool.ts';
import { type DeliveryReceipt, deliveryNamed, receiptsPage, refusedPage } from '../../store/intake/deliveries-shown.ts';
import { type Remark, remarksOf } from '../../store/intake/remarks.ts';
import { pagesDoor } from '../acts.ts';
import { attempted, formOf } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { A_PAGE, CSV, columnsFor, listed, listShown, unlessZero } from '../list.ts';
import { type Act, type Counter, page } from '../page.ts';
import { done, facts, figures, money, part, tableOf } from '../pieces.ts';
import { desk, mayBring, mayDo, narrowing, numberOf, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { OPERATIONS_OFFICE } from './office.ts';
import { refusedTable } from './rejects.ts';

/** A form waits for it, so that it is less than what comes by the API. */
const UPLOAD: Bounds = { ...BOUNDS, bytes: 64 * MIB, lines: 1_000_000 };

/** Delivers a file: taken in with its good rows, whatever the bad ones; refused as a whole where it cannot be read. */
const deliverFile: Act = {
  right: 'deliver',
  takesFile: true,
  do: async (session, visit, { feed = '', sheet = '', encoding = '' }, file, requestId) => {
    const { t } = visit.speech;
    if (!FEED_NAMES.includes(feed) || !mayBring(visit, feed)) return { refused: t('deliver-no-feed') };
    if (file === null) return { refused: t('deliver-no-file') };
    const kept = await spool(Readable.from([file.bytes]), `${feed}.upload`);
    try {
      return await attempted(visit, async () => {
        const name = `pages ${file.name === '' ? feed : file.name}`;
        const door = pagesDoor(visit, requestId);
        const said = { sheet: sheet.trim() || undefined, encoding: encoding.trim() || undefined };
        const receipt = await deliver(
          session,
          { path: kept.place, file: name, feed, ...said, bounds: UPLOAD, door, now: visit.now },
          () => undefined,
        );
        return { to: `/operations/deliveries/${receipt.delivery}?done=deliver` };
      });
    } finally {
      await kept.remove();
    }
  },
};

export const deliveriesPage = page({
  ...desk('see-deliveries'),
  path: '/operations/deliveries',
  acts: { deliver: deliverFile },
  load: async (session, { query }) => {
    const after = numberOf(query.get('after'));
    return listed(
      (asked) => receiptsPage(session, asked),
      after === undefined ? null : [String(after)],
      ({ id }) => [String(id)],
    );
  },
  show: (found, visit) => {
    const { t } = visit.speech;
    const list = listShown(visit, found, t('deliveries-none'), () => receiptsTable(found.rows, visit));
    const form = mayDo(visit, 'deliver')
      ? html`<div id="deliver">${part(t('deliver-title'), deliverForm(visit))}</div>${feedPart(visit)}`
      : NOTHING;
    return officePage(OPERATIONS_OFFICE, 'way-deliveries', visit, {
      title: t('deliveries-title'),
      beside: mayDo(visit, 'deliver') ? html`<a href="#deliver">${t('deliver-title')} ↓</a>` : NOTHING,
      body: html`${list}${form}`,
    });
  },
});

function deliverForm(visit: Visit): Markup {
  const { t, word } = visit.speech;
  const asked = visit.query.get('feed') ?? '';
  const open = FEED_NAMES.filter((feed) => mayBring(visit, feed));
  const named = open.map((name) => [name, `${word(`feed-${name}`)} (${name})`] as const);
  const choices = [['', ''] as const, ...named];
  return formOf(
    visit,
    'deliver',
    [
      { name: 'feed', label: t('deliver-feed'), kind: 'choice', required: true, choices, value: asked },
      { name: 'file', label: t('deliver-file'), kind: 'file', required: true, hint: t('deliver-hint') },
      { name: 'sheet', label: t('deliver-sheet'), kind: 'line', most: 100, hint: t('deliver-sheet-hint') },
      { name: 'encoding', label: t('deliver-encoding'), kind: 'line', most: 40, hint: t('deliver-encoding-hint') },
    ],
    t('deliver-send'),
  );
}

/** What a file of the feed asked for looks like, or links to every feed's. */
function feedPart(visit: Visit): Markup {
  const { t, word, language } = visit.speech;
  const of = language === 'zh' ? 0 : 1;
  const ways = narrowing(
    visit,
    'feed',
    FEEDS.map(({ name }) => [name, word(`feed-${name}`)] as const),
  );
  const feed = FEEDS.find(({ name }) => name === visit.query.get('feed'));
  if (feed === undefined) return part(t('feeds-title'), ways);
  const { id, text, word: plain } = columnsFor<ToldColumn>(visit);
  const columns = [
    id(t('feeds-column'), ({ name }) => name, { fold: 'head' }),
    text(t('feeds-meaning'), ({ meaning }) => meaning[of]),
    text(t('feeds-form'), ({ form }) => form),
    id(t('feeds-example'), ({ example }) => html`<code>${example}</code>`),
    plain(t('feeds-needed'), ({ isKey, isNeeded }) =>
      t(isKey ? 'feeds-is-key' : isNeeded ? 'feeds-is-needed' : 'feeds-is-optional'),
    ),
  ];
  const by = html`<p>${t('feeds-by')}: ${deliveredBy(feed)[of]} · ${t('feeds-key')}: ${feed.key.join(', ')} · <a href="/operations/feeds/${feed.name}/template" download>${t('feeds-template')}</a></p>`;
  return part(
    `${t('feeds-title')}: ${word(`feed-${feed.name}`)}`,
    html`${ways}${by}${tableOf(t('feeds-title'), columns, toldColumns(feed), true)}`,
  );
}

/** A file to fill in. */
export const feedTemplateFile: Counter = {
  ...desk('see-deliveries'),
  path: '/operations/feeds/:feed/template',
  open: async (_, { params }) => {
    const feed = FEEDS.find(({ name }) => name === params['feed']);
    if (feed === undefined) return null;
    const pieces = (async function* () {
      yield feedTemplate(feed);
    })();
    return { name: `${feed.name}.csv`, mime: CSV, pieces };
  },
};

const COUNTS = ['accepted', 'duplicate', 'conflict', 'rejected', 'parked'] as const;

function receiptsTable(rows: readonly DeliveryReceipt[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { id: idOf, word, count, amount } = columnsFor<DeliveryReceipt>(visit);
  const link = ({ id, file }: DeliveryReceipt) => html`<a href="/operations/deliveries/${String(id)}">${file}</a>`;
  const columns = [
    idOf(t('delivery-file'), link, { fold: 'head' }),
    word(t('delivery-feed'), ({ feed }) => visit.speech.word(`feed-${feed}`)),
    ...COUNTS.map((name) => count(t(`rows-${name}`), (row) => unlessZero(row[name]))),
    amount(t('amount'), (row) => unlessZero(row.amount), { fold: 'end' }),
  ];
  return tableOf(t('deliveries-title'), columns, rows, true);
}

export const deliveryPage = page({
  ...desk('see-deliveries'),
  path: '/operations/deliveries/:delivery',
  load: async (session, { params }) => {
    const id = numberOf(params['delivery']);
    const receipt = id === undefined ? undefined : await deliveryNamed(session, id);
    if (receipt === undefined) return null;
    const of = { delivery: receipt.id, feed: receipt.feed, which: 'all' } as const;
    const refused = receipt.rejected + receipt.conflict + receipt.woken.rejected;
    return {
      receipt,
      notices: (await remarksOf(session, [receipt.id])).get(receipt.id) ?? [],
      refused: refused === 0 ? [] : (await refusedPage(session, of, { after: null, limit: A_PAGE })).slice(0, A_PAGE),
    };
  },
  show: ({ receipt, refused, notices }, visit) => {
    const { t } = visit.speech;
    const bad =
      refused.length === 0
        ? NOTHING
        : part(
            t('delivery-refused'),
            html`${refusedTable(refused, visit)}${unkeptNote(receipt, visit)}`,
            html`<a href="/operations/rejects/files/${receipt.feed}" download>${receipt.feed}-rejects.csv</a>`,
          );
    return officePage(OPERATIONS_OFFICE, 'way-deliveries', visit, {
      title: receipt.file,
      under: `${t('delivery-title', { id: String(receipt.id) })} · ${visit.speech.word(`feed-${receipt.feed}`)}`,
      back: { path: '/operations/deliveries', label: t('deliveries-title') },
      body: html`${said(receipt, visit)}${counted(receipt, visit)}<div class="under-figures">${about(receipt, visit)}</div>${noticesPart(notices, visit)}${bad}`,
    });
  },
});

function noticesPart(notices: readonly Remark[], visit: Visit): Markup {
  const { t, language } = visit.speech;
  if (notices.length === 0) return NOTHING;
  const { text, count } = columnsFor<Remark>(visit);
  const columns = [
    text(t('remarks-title'), (one) => noticeSentence(one, language), { fold: 'head' }),
    count(t('remarks-rows'), (one) => (one.lines.length === 0 ? '' : String(one.count))),
    text(
      t('remarks-lines'),
      (one) => `${one.lines.join(', ')}${one.count > one.lines.length && one.lines.length > 0 ? ', …' : ''}`,
      { fold: 'whole' },
    ),
  ];
  return part(
    t('remarks-title'),
    html`<p>${t('remarks-says')}</p>${tableOf(t('remarks-title'), columns, notices, true)}`,
  );
}

/** That there is more than what was kept, and that it is like it. */
function unkeptNote({ unkept }: DeliveryReceipt, { speech: { t } }: Visit): Markup {
  return unkept === 0
    ? NOTHING
    : html`<p class="quiet small after-table">${t('delivery-unkept', { count: unkept })}</p>`;
}

function said(receipt: DeliveryReceipt, { query, speech: { t } }: Visit): Markup {
  const { finished, file, accepted } = receipt;
  if (!finished) return html`<p class="fault" role="alert">${t('delivery-cut-says')}</p>`;
  if (query.get('done') !== 'deliver') return NOTHING;
  const refused = receipt.rejected + receipt.conflict;
  return refused === 0
    ? done(t('delivered-good', { file, accepted }))
    : html`<p class="fault" role="status">${t('delivered-bad', { file, accepted, refused })}</p>`;
}

function counted(receipt: DeliveryReceipt, visit: Visit): Markup {
  const { t } = visit.speech;
  const read = COUNTS.reduce((all, name) => all + receipt[name], 0);
  return html`<div class="after-said">${figures([
    { label: t('rows-read'), value: String(read) },
    ...COUNTS.map((name) => ({ label: t(`rows-${name}`), value: String(receipt[name]) })),
  ])}</div>`;
}

function about({ by, sha256, bytes, amount, finished, rowsRead, woken }: DeliveryReceipt, visit: Visit): Markup {
  const { t } = visit.speech;
  const since =
    woken.accepted + woken.rejected === 0 ? [] : [[t('delivery-woken'), t('delivery-woken-told', woken)] as const];
  return facts([
    [t('delivery-amount'), `${money(visit, amount)} ${visit.book.currency}`],
    [t('standing'), finished ? t('delivery-finished') : t('delivery-cut', { rows: rowsRead })],
    ...since,
    [t('delivery-bytes'), String(bytes)],
    [t('delivery-sha'), html`<code>${sha256}</code>`],
    ...(by === null ? [] : [[t('delivery-by'), by] as const]),
  ]);
}
