/** Order lines: what the nights attributed, and why a line earned what it earned. */
import { Type } from 'typebox';
import { partyOf } from '../../core/access.ts';
import { isDay } from '../../core/calendar.ts';
import { partitionOf } from '../../core/ids.ts';
import { formatMoney } from '../../core/money.ts';
import { explanationOf } from '../../office/explanation.ts';
import {
  type AttributionsAsked,
  attributionsPage,
  attributionTotals,
  isLineThere,
  type ListedAttribution,
} from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { isText } from '../odd.ts';
import { page, pageAsked } from '../page.ts';
import { notThere, Problem } from '../problem.ts';
import { route } from '../route.ts';
import { closed, Day, Money, OtherId, oneOf, orNull, PAGE, PartyId, pageOf, Rate, Told } from '../schemas.ts';

const Attribution = Type.Object({
  orderLine: OtherId,
  day: Day,
  outcome: oneOf(['attributed', 'unattributed']),
  reason: orNull(Type.String()),
  seller: PartyId,
  publisher: orNull(PartyId),
  pid: orNull(Type.String()),
  click: orNull(OtherId),
  trace: orNull(Type.String()),
  plan: orNull(PartyId),
  rate: orNull(Rate),
  estimate: orNull(Money),
  signals: Type.Array(Type.String()),
  held: Type.Boolean(),
});

/** Nights that a list spans at most. */
const MOST_DAYS = 92;
const DAY = 86_400_000;

const attributions = route({
  method: 'GET',
  path: '/v1/attributions',
  right: 'see-attributions',
  summary: 'what the nights attributed, by day and order line',
  notes:
    'As decided at attribution. Spans the last night run, or `from` and `through`, at most 92 days. A line given back to ' +
    'another publisher later stays with the one it was attributed to: see its explanation.',
  query: closed({
    from: Type.Optional(Day),
    through: Type.Optional(Day),
    outcome: Type.Optional(oneOf(['attributed', 'unattributed'])),
    ...PAGE,
  }),
  answer: pageOf(Attribution, Type.Object({ count: Type.Integer(), estimate: Money })),
  handle: async ({ deps, principal, query }) => {
    const known = await deps.book();
    const through = query.through ?? query.from ?? known.lastRunDay ?? '1990-01-01';
    const from = query.from ?? through;
    refuseSpan(from, through);
    const asked: AttributionsAsked = { from, through, outcome: query.outcome ?? null, own: partyOf(principal) ?? null };
    const wanted = pageAsked(query, [isDay, isText]);
    return deps.sessions.use((session) =>
      asParty(session, principal, async () => {
        const rows = await attributionsPage(session, asked, wanted);
        const shown = page(
          rows,
          wanted,
          (row) => [row.business_day, row.order_line_id],
          (row) => attributionShown(row, known.digits),
        );
        if (wanted.after !== null) return shown;
        const { count, estimate } = await attributionTotals(session, asked);
        return { ...shown, totals: { count, estimate: formatMoney(estimate, known.digits) } };
      }),
    );
  },
});

function refuseSpan(from: string, through: string): void {
  if (from > through) throw new Problem('bad-request', `from is ${from}, which is after through, ${through}`);
  if (Date.parse(through) - Date.parse(from) >= MOST_DAYS * DAY)
    throw new Problem('bad-request', `${from} to ${through} is more than ${MOST_DAYS} days: ask for fewer at once`);
}

function attributionShown(row: ListedAttribution, digits: number) {
  return {
    orderLine: row.order_line_id,
    day: row.business_day,
    outcome: row.outcome,
    reason: row.reason,
    seller: row.seller_id,
    publisher: row.publisher_id,
    pid: row.pid,
    click: row.click_id,
    trace: row.trace,
    plan: row.plan_id,
    rate: row.rate,
    estimate: row.estimate === null ? null : formatMoney(row.estimate, digits),
    signals: row.signals === '' ? [] : row.signals.split(';'),
    held: row.held,
  };
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
