/**
 * Deliveries: files of any size, taken in through the same intake as `cps ingest` once they are whole on disk, and single
 * facts. What breaks off on its way leaves nothing.
 */

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { Type } from 'typebox';
import { FEED_NAMES, FEEDS } from '../../core/feeds/index.ts';
import { ODD_KINDS } from '../../core/feeds/odd.ts';
import { formatMoney } from '../../core/money.ts';
import { feedDocument, feedsMarkdown } from '../../formats/feeds.ts';
import { noticeShown } from '../../formats/notices.ts';
import { deliver, type Receipt, signerFault } from '../../ingest/deliver/deliver.ts';
import { recordRows } from '../../ingest/deliver/record.ts';
import { SourceError } from '../../ingest/source/source-error.ts';
import { spool } from '../../ingest/source/spool.ts';
import { recordDone } from '../../office/acts/act.ts';
import { doorFault, FEED_RULES, signerOf } from '../../office/acts/feeds.ts';
import { analyseIntake } from '../../store/connection/analyse.ts';
import { deliveriesPage, type ListedRefusal, refusalsPage } from '../../store/lists/lists.ts';
import type { Book } from '../../store/night/book.ts';
import { apiDoor } from '../acts.ts';
import { listRoute } from '../list.ts';
import { once, onceLong } from '../once.ts';
import { aNumber } from '../page.ts';
import { Problem } from '../problem.ts';
import { type Asked, route } from '../route.ts';
import { closed, Moment, Money, oneOf, orNull } from '../schemas.ts';

/** What a file may be sent as; which of them it is, its content says. */
export const FILE_TYPES = [
  'text/csv',
  'application/x-ndjson',
  'application/gzip',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
];
const MOST_BYTES = 8 * 1024 ** 3;
/** Rows from which fresh statistics are worth their time. */
const MANY_ROWS = 20_000;

const Count = Type.Integer({ minimum: 0 });
const ReceiptShape = Type.Object({
  delivery: Count,
  file: Type.String(),
  feed: Type.String(),
  sha256: Type.String(),
  bytes: Count,
  read: Count,
  accepted: Count,
  duplicate: Count,
  conflict: Count,
  rejected: Count,
  parked: Count,
  unkept: Type.Integer({
    minimum: 0,
    description: 'Of those refused, how many are only counted and not kept to be looked at.',
  }),
  amount: Money,
  unknownColumns: Type.Array(Type.String()),
  notices: Type.Array(
    Type.Object({
      kind: oneOf(ODD_KINDS),
      column: Type.String({ description: 'The column that it is about; empty where it is of the row or the file.' }),
      rows: Count,
      lines: Type.Array(Count, { description: 'The first of them.' }),
      text: Type.String(),
    }),
    { description: 'What was taken but looks wrong, and what was guessed of the file.' },
  ),
  woken: Type.Object({ accepted: Count, rejected: Count }),
  resumedAfter: Count,
});

const feedRoute = route({
  method: 'POST',
  path: '/v1/feeds/:feed',
  right: 'deliver',
  rightOf: ({ feed = '' }) => FEED_RULES[feed]?.right ?? 'deliver',
  summary: 'deliver a feed: a file of any size, or one fact as JSON',
  notes:
    "A feed of people's decisions asks for the right of that decision instead, and names nobody but who signed in. " +
    'CSV, XLSX or NDJSON, UTF-8, UTF-16 or GB18030 (or the `encoding` that is said), plain or gzip, as for `cps ingest`; the receipt counts every row. Delivering again changes ' +
    'nothing. One fact is an object of texts by column, and is refused with 422 where the intake refuses it; nothing is left of it then.\n\n' +
    `What each feed holds; \`GET /v1/feeds\` tells meaning, form and example of every column.\n\n${feedsMarkdown(FEEDS)}`,
  params: closed({ feed: oneOf(FEED_NAMES) }),
  query: closed({
    sheet: Type.Optional(Type.String({ maxLength: 100, description: 'The sheet of a workbook, if not its first.' })),
    encoding: Type.Optional(
      Type.String({ maxLength: 40, description: 'Such as `big5`, where the file is in another.' }),
    ),
  }),
  body: Type.Record(Type.String(), Type.String()),
  streams: FILE_TYPES,
  answer: ReceiptShape,
  isOnce: true,
  handle: (asked) => {
    const fault = doorFault(asked.params.feed, 'api');
    if (fault !== undefined) throw fault;
    return isFile(asked.body) ? deliverFile(asked, asked.body) : deliverFact(asked);
  },
});

const Both = Type.Object({ zh: Type.String(), en: Type.String() });

const declared = route({
  method: 'GET',
  path: '/v1/feeds',
  right: 'see-deliveries',
  summary: 'which feeds there are, and what each column means, holds and looks like',
  answer: Type.Object({
    feeds: Type.Array(
      Type.Object({
        feed: oneOf(FEED_NAMES),
        key: Type.Array(Type.String()),
        deliveredBy: Both,
        columns: Type.Array(
          Type.Object({
            name: Type.String(),
            meaning: Both,
            form: Type.String(),
            example: Type.String(),
            isKey: Type.Boolean(),
            isNeeded: Type.Boolean(),
          }),
        ),
      }),
    ),
  }),
  handle: async () => ({ feeds: FEEDS.map(feedDocument) }),
});

type AskedFeed = Asked<{ readonly feed: string }, { readonly sheet?: string; readonly encoding?: string }, unknown>;

function isFile(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}

async function deliverFile(asked: AskedFeed, body: Readable): Promise<unknown> {
  const { deps, params } = asked;
  const { feed } = params;
  // Cut short it goes on where it stopped, so that nobody has to wait for it.
  const signal = AbortSignal.any([asked.gone, deps.stopping]);
  const kept = await spooled(body, deps.mostBytes ?? MOST_BYTES, signal);
  try {
    const { digits } = await deps.book();
    const order = {
      path: kept.place,
      file: `api ${feed}`,
      feed,
      door: apiDoor(asked),
      ...signerOf(feed, 'api', asked.principal.name),
      ...asked.query,
      now: deps.now(),
      bounds: deps.bounds,
      signal,
    };
    return await deps.longSessions.use((session) =>
      onceLong(asked, session, kept.sha256, async () => {
        const receipt = await deliver(session, order, () => undefined);
        if (receipt.accepted >= MANY_ROWS) await analyseIntake(session);
        return receiptShown(receipt, digits);
      }),
    );
  } finally {
    await kept.remove();
  }
}

/** The body in a file of its own. @throws Problem where it is larger than may be, comes too slowly, or nobody waits */
async function spooled(body: Readable, most: number, gone: AbortSignal) {
  let bytes = 0;
  const hash = createHash('sha256');
  const counting = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      if (bytes > most) done(new Problem('too-large', `a delivery has ${most} bytes at most: cut it in two`));
      else {
        hash.update(piece);
        done(null, piece);
      }
    },
  });
  // Whoever breaks off ends the copy with it.
  body.on('error', (error) => counting.destroy(error));
  const stop = (): void => void counting.destroy(gone.reason);
  gone.addEventListener('abort', stop);
  try {
    const kept = await spool(body.pipe(counting), 'delivery');
    return { ...kept, sha256: hash.digest('hex') };
  } catch (error) {
    // What is still on its way is let go by, so that the answer reaches who sends it.
    body.unpipe(counting);
    body.resume();
    if (error instanceof SourceError && error.cause instanceof Problem) throw error.cause;
    throw error;
  } finally {
    gone.removeEventListener('abort', stop);
  }
}

async function deliverFact(asked: AskedFeed): Promise<unknown> {
  const { deps, params } = asked;
  const { feed } = params;
  const cells = asked.body;
  if (!isRow(cells)) throw new Problem('bad-request', 'a fact is an object of texts by column; amounts are texts too');
  const { digits } = await deps.book();
  const { signer } = signerOf(feed, 'api', asked.principal.name);
  const fault = signer === undefined ? undefined : signerFault(cells[signer.column] ?? '', signer);
  if (fault !== undefined) throw new Problem('not-taken', fault);
  return once(asked, 200, async (session) => {
    const door = apiDoor(asked);
    const [receipt] = await recordRows(session, `api ${feed}`, [{ feed, rows: [cells] }], door);
    if (receipt === undefined) throw new Error('a delivery left no receipt');
    await recordDone(session, door, 'deliver', feed, { facts: 1 }, [receipt]);
    return receiptShown(receipt, digits);
  });
}

function isRow(body: unknown): body is Readonly<Record<string, string>> {
  return (
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    Object.values(body).every((cell) => typeof cell === 'string')
  );
}

function receiptShown(receipt: Receipt, digits: number): Record<string, unknown> {
  return { ...receipt, amount: formatMoney(receipt.amount, digits), notices: receipt.notices.map(noticeShown) };
}

const deliveries = listRoute({
  path: '/v1/deliveries',
  right: 'see-deliveries',
  summary: 'what was delivered, the newest first',
  key: [aNumber],
  of: () => null,
  read: (session, _, wanted) => deliveriesPage(session, wanted),
  keyOf: (row) => [String(row.delivery_id)],
  fields: {
    delivery: [Type.Integer(), (row) => Number(row.delivery_id)],
    file: [Type.String(), (row) => row.file],
    feed: [Type.String(), (row) => row.feed],
    sha256: [Type.String(), (row) => row.sha256],
    bytes: [Count, (row) => Number(row.bytes)],
    rowsRead: [Count, (row) => Number(row.rows_read)],
    finished: [Type.Boolean(), (row) => row.finished],
    by: [orNull(Type.String()), (row) => row.by_name],
  },
});

/** How a refused row stands. */
function stateOf({ mended_by: mended, dismissed_by: by }: ListedRefusal): string {
  return mended !== null ? 'mended' : by !== null ? 'dismissed' : 'open';
}

function dismissalOf({ dismissed_by: by, dismissed_at: at, dismissed_why: reason }: ListedRefusal, { calendar }: Book) {
  return by === null || at === null ? null : { by, at: calendar.format(at), reason };
}

const rejects = listRoute({
  path: '/v1/rejects',
  right: 'see-deliveries',
  summary: 'which rows were refused, and why, the oldest first',
  query: {
    feed: Type.Optional(oneOf(FEED_NAMES)),
    which: Type.Optional(
      oneOf(['open', 'all'] as const, 'Rows that are neither mended nor dismissed (the default), or all.'),
    ),
  },
  key: [aNumber],
  of: ({ query }) => ({ feed: query.feed ?? null, which: query.which ?? 'open' }),
  read: refusalsPage,
  keyOf: (row) => [String(row.refusal_id)],
  fields: {
    number: [Type.Integer(), (row) => Number(row.refusal_id)],
    file: [Type.String(), (row) => row.file],
    feed: [Type.String(), (row) => row.feed],
    line: [Type.Integer(), (row) => Number(row.line)],
    verdict: [Type.String(), (row) => row.verdict],
    reason: [Type.String(), (row) => row.reason],
    raw: [Type.String({ description: 'The row as it was delivered.' }), (row) => row.raw],
    state: [oneOf(['open', 'mended', 'dismissed'] as const), stateOf],
    dismissed: [orNull(Type.Object({ by: Type.String(), at: Moment, reason: Type.String() })), dismissalOf],
  },
});

export const feedRoutes = [declared, feedRoute, deliveries, rejects];
