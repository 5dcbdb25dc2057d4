/**
 * Deliveries: files of any size, taken in through the same intake as `cps ingest` once they are whole on disk, and single
 * facts. What breaks off on its way leaves nothing.
 */

import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { Type } from 'typebox';
import { FEED_NAMES, FEEDS } from '../../core/feeds/index.ts';
import { ODD_KINDS } from '../../core/feeds/odd.ts';
import { formatMoney } from '../../core/money.ts';
import { feedDocument, feedsMarkdown } from '../../formats/feeds.ts';
import { noticeShown } from '../../formats/notices.ts';
import { deliver, type Receipt, type Signer, signerFault } from '../../ingest/deliver/deliver.ts';
import { recordRows } from '../../ingest/deliver/record.ts';
import { SourceError } from '../../ingest/source/source-error.ts';
import { spool } from '../../ingest/source/spool.ts';
import { recordDone } from '../../office/acts/act.ts';
import { DECISION_FEEDS, rightToDeliver } from '../../office/acts/feeds.ts';
import { analyseIntake } from '../../store/connection/analyse.ts';
import { deliveriesPage, type ListedRefusal, refusalsPage } from '../../store/lists/lists.ts';
import type { Book } from '../../store/night/book.ts';
import { asParty } from '../../store/people/access.ts';
import { apiDoor } from '../acts.ts';
import { once } from '../once.ts';
import { page, pageAsked } from '../page.ts';
import { Problem } from '../problem.ts';
import { type Asked, route } from '../route.ts';
import { closed, Moment, Money, oneOf, orNull, PAGE, pageOf } from '../schemas.ts';

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
  rightOf: ({ feed = '' }) => rightToDeliver(feed),
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
  handle: (asked) => (isFile(asked.body) ? deliverFile(asked, asked.body) : deliverFact(asked)),
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
  const kept = await spooled(body, deps.mostBytes ?? MOST_BYTES);
  try {
    const { digits } = await deps.book();
    return await deps.longSessions.use(async (session) => {
      const receipt = await deliver(
        session,
        { path: kept.path, file: `api ${feed}`, feed, ...signerOf(asked), ...asked.query, now: deps.now() },
        () => undefined,
      );
      if (receipt.accepted >= MANY_ROWS) await analyseIntake(session);
      const { sha256, read, accepted } = receipt;
      await recordDone(session, apiDoor(asked), 'deliver', feed, { sha256, read, accepted });
      return receiptShown(receipt, digits);
    });
  } finally {
    await kept.remove();
  }
}

/** The body in a file of its own. @throws Problem where it is larger than may be */
async function spooled(body: Readable, most: number) {
  let bytes = 0;
  const counting = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      if (bytes > most) done(new Problem('too-large', `a delivery has ${most} bytes at most: cut it in two`));
      else done(null, piece);
    },
  });
  // Whoever breaks off ends the copy with it.
  body.on('error', (error) => counting.destroy(error));
  try {
    return await spool(body.pipe(counting), 'delivery');
  } catch (error) {
    // What is still on its way is let go by, so that the answer reaches who sends it.
    body.unpipe(counting);
    body.resume();
    if (error instanceof SourceError && error.cause instanceof Problem) throw error.cause;
    throw error;
  }
}

async function deliverFact(asked: AskedFeed): Promise<unknown> {
  const { deps, params } = asked;
  const { feed } = params;
  const cells = asked.body;
  if (!isRow(cells)) throw new Problem('bad-request', 'a fact is an object of texts by column; amounts are texts too');
  const { digits } = await deps.book();
  const { signer } = signerOf(asked);
  const fault = signer === undefined ? undefined : signerFault(cells[signer.column] ?? '', signer);
  if (fault !== undefined) throw new Problem('not-taken', fault);
  return once(asked, 200, async (session) => {
    const [receipt] = await recordRows(session, `api ${feed}`, [{ feed, rows: [cells] }]);
    if (receipt === undefined) throw new Error('a delivery left no receipt');
    const { sha256, accepted } = receipt;
    await recordDone(session, apiDoor(asked), 'deliver', feed, { facts: 1, sha256, accepted });
    return receiptShown(receipt, digits);
  });
}

/** Whose decisions a feed of decisions may hold: those of who signed in. */
function signerOf({ principal, params }: AskedFeed): { readonly signer?: Signer } {
  const column = DECISION_FEEDS[params.feed]?.by ?? null;
  return column === null ? {} : { signer: { column, name: principal.name } };
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

const Delivery = Type.Object({
  delivery: Type.Integer(),
  file: Type.String(),
  feed: Type.String(),
  sha256: Type.String(),
  bytes: Count,
  rowsRead: Count,
  finished: Type.Boolean(),
});

const deliveries = route({
  method: 'GET',
  path: '/v1/deliveries',
  right: 'see-deliveries',
  summary: 'what was delivered, the newest first',
  query: closed(PAGE),
  answer: pageOf(Delivery),
  handle: async ({ deps, principal, query }) => {
    const wanted = numbered(pageAsked(query, 1));
    const rows = await deps.sessions.use((session) =>
      asParty(session, principal, () => deliveriesPage(session, wanted)),
    );
    return page(
      rows,
      wanted,
      (row) => [String(row.delivery_id)],
      (row) => ({
        delivery: Number(row.delivery_id),
        file: row.file,
        feed: row.feed,
        sha256: row.sha256,
        bytes: Number(row.bytes),
        rowsRead: Number(row.rows_read),
        finished: row.finished,
      }),
    );
  },
});

const Refusal = Type.Object({
  number: Type.Integer(),
  file: Type.String(),
  feed: Type.String(),
  line: Type.Integer(),
  verdict: Type.String(),
  reason: Type.String(),
  raw: Type.String({ description: 'The row as it was delivered.' }),
  state: oneOf(['open', 'mended', 'dismissed'] as const),
  dismissed: orNull(Type.Object({ by: Type.String(), at: Moment, reason: Type.String() })),
});

const rejects = route({
  method: 'GET',
  path: '/v1/rejects',
  right: 'see-deliveries',
  summary: 'which rows were refused, and why, the oldest first',
  query: closed({
    feed: Type.Optional(oneOf(FEED_NAMES)),
    which: Type.Optional(
      oneOf(['open', 'all'] as const, 'Rows that are neither mended nor dismissed (the default), or all.'),
    ),
    ...PAGE,
  }),
  answer: pageOf(Refusal),
  handle: async ({ deps, principal, query }) => {
    const wanted = numbered(pageAsked(query, 1));
    const book = await deps.book();
    const rows = await deps.sessions.use((session) =>
      asParty(session, principal, () => refusalsPage(session, query.feed ?? null, query.which ?? 'open', wanted)),
    );
    return page(
      rows,
      wanted,
      (row) => [String(row.refusal_id)],
      (row) => {
        const { refusal_id: id, file, feed, line, verdict, reason, raw } = row;
        return { number: Number(id), file, feed, line: Number(line), verdict, reason, raw, ...endOf(row, book) };
      },
    );
  },
});

/** How a refused row stands. */
function endOf(
  { mended_by: mended, dismissed_by: by, dismissed_at: at, dismissed_why: reason }: ListedRefusal,
  { calendar }: Pick<Book, 'calendar'>,
) {
  const dismissed = by === null || at === null ? null : { by, at: calendar.format(at), reason };
  return { state: mended !== null ? 'mended' : dismissed !== null ? 'dismissed' : 'open', dismissed };
}

/** A page whose key is a number. */
export function numbered<P extends { readonly after: readonly string[] | null }>(asked: P): P {
  if (asked.after !== null && !/^[0-9]{1,18}$/.test(asked.after[0] ?? ''))
    throw new Problem('bad-request', 'this cursor is none of this list: take `next` of the page before as it is');
  return asked;
}

export const feedRoutes = [declared, feedRoute, deliveries, rejects];
