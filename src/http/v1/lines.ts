/** Order lines: what the nights attributed, and why a line earned what it earned. */
import { Type } from 'typebox';
import { partyOf } from '../../core/access.ts';
import { isDay } from '../../core/calendar.ts';
import { partitionOf } from '../../core/ids.ts';
import { formatMoney } from '../../core/money.ts';
import { explanationOf } from '../../office/explanation.ts';
import { attributionsPage, attributionTotals, isLineThere } from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { listRoute } from '../list.ts';
import { isText } from '../odd.ts';
import { notThere, Problem } from '../problem.ts';
import { route } from '../route.ts';
import { closed, Day, Money, OtherId, oneOf, orNull, PartyId, Rate, Told } from '../schemas.ts';

/** Nights that a list spans at most. */
const MOST_DAYS = 92;
const DAY = 86_400_000;

const attributions = listRoute({
  path: '/v1/attributions',
  right: 'see-attributions',
  summary: 'what the nights attributed, by day and order line',
  notes:
    'As decided at attribution. Spans the last night run, or `from` and `through`, at most 92 days. A line given back to ' +
    'another publisher later stays with the one it was attributed to: see its explanation.',
  query: {
    from: Type.Optional(Day),
    through: Type.Optional(Day),
    outcome: Type.Optional(oneOf(['attributed', 'unattributed'])),
    subId: Type.Optional(Type.String({ maxLength: 64, description: "Lines with this mark of their publisher's own." })),
  },
  key: [isDay, isText],
  of: ({ principal, query, book }) => {
    const through = query.through ?? query.from ?? book.lastRunDay ?? '1990-01-01';
    const from = query.from ?? through;
    refuseSpan(from, through);
    return {
      from,
      through,
      outcome: query.outcome ?? null,
      subId: query.subId ?? null,
      own: partyOf(principal) ?? null,
    };
  },
  read: attributionsPage,
  keyOf: (row) => [row.business_day, row.order_line_id],
  fields: {
    orderLine: [OtherId, (row) => row.order_line_id],
    day: [Day, (row) => row.business_day],
    outcome: [oneOf(['attributed', 'unattributed']), (row) => row.outcome],
    reason: [orNull(Type.String()), (row) => row.reason],
    seller: [PartyId, (row) => row.seller_id],
    publisher: [orNull(PartyId), (row) => row.publisher_id],
    pid: [orNull(Type.String()), (row) => row.pid],
    click: [orNull(OtherId), (row) => row.click_id],
    subId: [
      orNull(Type.String({ description: "The publisher's own mark of the click; a seller is not told." })),
      (row) => row.sub_id,
    ],
    trace: [orNull(Type.String()), (row) => row.trace],
    plan: [orNull(PartyId), (row) => row.plan_id],
    rate: [orNull(Rate), (row) => row.rate],
    estimate: [orNull(Money), (row, { digits }) => (row.estimate === null ? null : formatMoney(row.estimate, digits))],
    signals: [Type.Array(Type.String()), ({ signals }) => (signals === '' ? [] : signals.split(';'))],
    held: [Type.Boolean(), (row) => row.held],
  },
  totals: [
    Type.Object({ count: Type.Integer(), estimate: Money }),
    async (session, of, { digits }) => {
      const { count, estimate } = await attributionTotals(session, of);
      return { count, estimate: formatMoney(estimate, digits) };
    },
  ],
});

function refuseSpan(from: string, through: string): void {
  if (from > through) throw new Problem('bad-request', `from is ${from}, which is after through, ${through}`);
  if (Date.parse(through) - Date.parse(from) >= MOST_DAYS * DAY)
    throw new Problem('bad-request', `${from} to ${through} is more than ${MOST_DAYS} days: ask for fewer at once`);
}

const explanation = route({
  method: 'GET',
  path: '/v1/order-lines/:line/explanation',
  right: 'see-explanations',
  summary: 'why an order line earned what it earned, from the log',
  notes:
    'A seller or publisher is told of its own lines, from its night on. A rival appears as another publisher, a buyer never. ' +
    'With `format=text` as text for people.',
  params: closed({ line: OtherId }),
  query: closed({ format: Type.Optional(oneOf(['json', 'text'])) }),
  answer: Told,
  forms: { types: ['text/plain'] },
  handle: async ({ deps, principal, params, query, reply }) => {
    const known = await deps.book();
    const own = partyOf(principal);
    const { text, document } = await deps.sessions.use(async (session) => {
      // A party's own session says first whether the line is there for it; the other side's events are cut out after.
      const partition = partitionOf(params.line, known.partitions);
      if (own !== undefined && !(await asParty(session, principal, () => isLineThere(session, partition, params.line))))
        throw notThere();
      return explanationOf(session, known, params.line, own);
    });
    if (query.format !== 'text') return document;
    return reply.type('text/plain; charset=utf-8').serializer(String).send(text);
  },
});

export const lineRoutes = [attributions, explanation];
