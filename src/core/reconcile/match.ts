/**
 * Pairs what the bank says with what the ledger says (by reference, then by amount and payee) and names what is left. A
 * line for several payments is taken apart before.
 * Every line and every movement up to the day ends in one match or one break, in whatever order they come. A line whose
 * reference is ours is never matched to another instruction, however well its amount fits.
 */

import { createHash } from 'node:crypto';
import type { Day } from '../calendar.ts';
import { selfDelimited } from '../events/event.ts';
import { groupBy } from '../groups.ts';
import { byCodePoint } from '../ids.ts';
import type { Money } from '../money.ts';
import { type Piece, type Rest, takenApart } from './batch.ts';
import type { Break, BreakKind, Instruction, Line, Matched, Movement } from './matter.ts';
import { goesTo } from './payee.ts';
import { type Finder, referenceFinder } from './reference.ts';
import type { Sight } from './sight.ts';

export interface MatchTerms {
  readonly through: Day;
  /** Further apart than so many days, a match is late. */
  readonly graceDays: number;
}

interface Pair {
  readonly movement: Movement;
  readonly line: Piece;
  readonly by: 'reference' | 'payee';
}

interface Left {
  readonly pairs: readonly Pair[];
  readonly lines: readonly Strange[];
  readonly movements: readonly Movement[];
}

/** A line that is no movement of the ledger's; `isAgain` where its instruction has another line in the same direction. */
interface Strange {
  readonly line: Piece;
  readonly instructionId: string | null;
  readonly isAgain: boolean;
}

export interface Comparison {
  readonly matched: readonly Matched[];
  readonly breaks: readonly Break[];
}

/**
 * Compares the bank with the ledger through the end of a day. What either side has of later days is looked at only to
 * see whether a pair is late.
 * @returns every match and every break; each line and movement up to the day is in exactly one of them
 */
export function compare(
  instructions: readonly Instruction[],
  movements: readonly Movement[],
  lines: readonly Line[],
  terms: MatchTerms,
): Comparison {
  const known = new Map(instructions.map((one) => [one.instructionId, one]));
  const find = referenceFinder(
    instructions.flatMap((one) => one.references.map((reference) => [reference, one.instructionId] as const)),
  );
  const { pieces, rests } = takenApart(lines, { instructions, movements, find });
  const { pairs, lines: strange, movements: unseen } = pair(find, known, movements, pieces);
  const matched: Matched[] = [];
  const breaks: Break[] = [];
  for (const one of pairs) {
    const found = breakOf(one, known.get(one.movement.instructionId), terms);
    if (found === 'matched') matched.push(one);
    else if (found !== undefined) breaks.push(found);
  }
  for (const one of strange) if (one.line.day <= terms.through) breaks.push(strangeBreak(one, known));
  for (const rest of rests) if (rest.line.day <= terms.through) breaks.push(restBreak(rest));
  for (const movement of unseen) {
    if (movement.day > terms.through) continue;
    const { instructionId, day, amount } = movement;
    const saw: Sight = { of: 'no-line', ledger: amount };
    breaks.push(named('missing-in-bank', { movement, instructionId }, day, -amount, saw));
  }
  breaks.sort((a, b) => byCodePoint(a.since, b.since) || byCodePoint(a.id, b.id));
  matched.sort((a, b) => byCodePoint(a.movement.entry, b.movement.entry));
  return { matched, breaks };
}

/** A line without a movement: a charge, the payment once more, or what the ledger does not know. */
function strangeBreak({ line, instructionId, isAgain }: Strange, known: ReadonlyMap<string, Instruction>): Break {
  const of = { line, instructionId };
  const saw = { bank: line.amount };
  const whole = known.get(instructionId ?? '')?.amount;
  if (whole === undefined)
    return named('missing-in-ledger', of, line.day, line.amount, { of: 'no-instruction', ...saw });
  if (line.amount < 0n && -line.amount < whole && (isAgain || isLessThanHalf(line.amount, whole)))
    return named('charge', of, line.day, line.amount, { of: 'charge', ...saw });
  const isSame = line.amount === whole || line.amount === -whole;
  if (isAgain && isSame) return named('duplicate', of, line.day, line.amount, { of: 'again', ...saw });
  return named('missing-in-ledger', of, line.day, line.amount, { of: isAgain ? 'again' : 'no-result', ...saw });
}

/** What a line moved beside the payments in it. */
function restBreak({ line, payments, paid }: Rest): Break {
  const effect = line.amount - paid;
  const kind = effect < 0n ? 'charge' : line.amount < 0n ? 'short-payment' : 'amount-differs';
  const saw: Sight = { of: 'rest', payments, paid, bank: line.amount };
  return named(kind, { line: { ...line, piece: REST }, instructionId: null }, line.day, effect, saw);
}

const REST = -1;

/** Whether an amount is too small to be a payment that was cut. */
function isLessThanHalf(amount: Money, whole: Money): boolean {
  return 2n * (amount < 0n ? -amount : amount) < (whole < 0n ? -whole : whole);
}

/**
 * Pairs by reference within each instruction first; then, of what is left, a line and a movement whose amount and payee
 * fit no other.
 */
function pair(
  find: Finder,
  known: ReadonlyMap<string, Instruction>,
  movements: readonly Movement[],
  lines: readonly Piece[],
): Left {
  const moved = groupBy(
    [...movements].sort((a, b) => byCodePoint(a.day, b.day) || byCodePoint(a.entry, b.entry)),
    (one) => one.instructionId,
  );
  const ordered = [...lines].sort(
    (a, b) =>
      a.bookedAt - b.bookedAt ||
      byCodePoint(a.account, b.account) ||
      byCodePoint(a.lineId, b.lineId) ||
      a.piece - b.piece,
  );
  const referred = groupBy(ordered, (line) => find(line.reference, line.memo) ?? '');
  const pairs: Pair[] = [];
  const left: Strange[] = [];
  const unseen: Movement[] = [];
  for (const id of new Set([...moved.keys(), ...referred.keys()])) {
    if (id === '') continue;
    const within = pairWithin(moved.get(id) ?? [], referred.get(id) ?? [], known.get(id));
    pairs.push(...within.pairs);
    unseen.push(...within.movements);
    for (const line of within.lines) {
      const isAgain = within.pairs.some((one) => one.line.amount > 0n === line.amount > 0n);
      left.push({ line, instructionId: id, isAgain });
    }
  }
  const byPayee = pairByPayee(unseen, referred.get('') ?? [], known);
  pairs.push(...byPayee.pairs);
  left.push(...byPayee.lines.map((line) => ({ line, instructionId: null, isAgain: false })));
  return { pairs, lines: left, movements: byPayee.movements };
}

function pairWithin(movements: readonly Movement[], lines: readonly Piece[], instruction: Instruction | undefined) {
  const payees = instruction?.payees ?? [];
  const free = [...lines];
  const open = [...movements];
  const pairs: Pair[] = [];
  const ways: ((movement: Movement, line: Piece) => boolean)[] = [
    (movement, line) => movement.amount === line.amount && goesTo(line, payees) === 'payee',
    (movement, line) => movement.amount === line.amount && goesTo(line, payees) === 'unknown',
    (movement, line) => movement.amount === line.amount,
    (movement, line) => movement.amount > 0n === line.amount > 0n && !isLessThanHalf(line.amount, movement.amount),
  ];
  for (const agrees of ways) {
    for (const movement of [...open]) {
      const at = free.findIndex((line) => agrees(movement, line));
      const line = free[at];
      if (line === undefined) continue;
      free.splice(at, 1);
      open.splice(open.indexOf(movement), 1);
      pairs.push({ movement, line, by: 'reference' });
    }
  }
  return { pairs, lines: free, movements: open };
}

/** Lines without a reference of ours, matched where amount and payee agrees one movement, and that one no other line. */
function pairByPayee(movements: readonly Movement[], lines: readonly Piece[], known: ReadonlyMap<string, Instruction>) {
  const fits = (movement: Movement, line: Piece): boolean =>
    movement.amount === line.amount && goesTo(line, known.get(movement.instructionId)?.payees ?? []) === 'payee';
  const byAmount = groupBy(lines, (line) => String(line.amount));
  const movesBy = groupBy(movements, (movement) => String(movement.amount));
  const pairs: Pair[] = [];
  for (const movement of movements) {
    const candidates = (byAmount.get(String(movement.amount)) ?? []).filter((line) => fits(movement, line));
    const [line] = candidates;
    if (line === undefined || candidates.length > 1) continue;
    const rivals = (movesBy.get(String(movement.amount)) ?? []).filter((other) => fits(other, line));
    if (rivals.length === 1) pairs.push({ movement, line, by: 'payee' });
  }
  const [gone, seen] = [new Set(pairs.map(({ line }) => line)), new Set(pairs.map(({ movement }) => movement))];
  return {
    pairs,
    lines: lines.filter((line) => !gone.has(line)),
    movements: movements.filter((one) => !seen.has(one)),
  };
}

/** What is wrong with a pair as of the day: nothing, a break, or that it is of a later day altogether. */
function breakOf(
  { movement, line }: Pair,
  instruction: Instruction | undefined,
  terms: MatchTerms,
): Break | 'matched' | undefined {
  const { through, graceDays } = terms;
  const of = { line, movement, instructionId: movement.instructionId };
  const [isInLedger, isAtBank] = [movement.day <= through, line.day <= through];
  if (!isInLedger && !isAtBank) return undefined;
  const since = movement.day < line.day ? movement.day : line.day;
  if (!isAtBank) return named('late', of, since, -movement.amount, { of: 'bank-later', day: line.day });
  if (!isInLedger) return named('late', of, since, line.amount, { of: 'ledger-later', day: movement.day });
  const effect = line.amount - movement.amount;
  const amounts = { bank: line.amount, ledger: movement.amount };
  if (goesTo(line, instruction?.payees ?? []) === 'another') {
    const saw: Sight = effect === 0n ? { of: 'another-payee' } : { of: 'another-payee-and-amount', ...amounts };
    return named('wrong-payee', of, since, effect, saw);
  }
  if (effect !== 0n)
    return named(kindOf(movement.amount, line.amount), of, since, effect, { of: 'amounts', ...amounts });
  const apart = Math.abs(Date.parse(line.day) - Date.parse(movement.day)) / 86_400_000;
  if (apart > graceDays) return named('late', of, since, 0n, { of: 'days', ledger: movement.day, bank: line.day });
  return 'matched';
}

/** What another amount is called: less than was instructed, or more by a charge, which is less than what it is charged for. */
function kindOf(ledger: Money, bank: Money): BreakKind {
  const [whole, moved] = ledger < 0n ? [-ledger, -bank] : [ledger, bank];
  if (moved < whole) return 'short-payment';
  return bank < 0n && moved - whole < whole ? 'charge' : 'amount-differs';
}

/** A break with its id, a digest of its kind, lines and entries: the same for as long as these are the same. */
export function named(
  kind: BreakKind,
  of: {
    readonly line?: Line & { readonly piece?: number };
    readonly movement?: Pick<Movement, 'entry'>;
    readonly instructionId: string | null;
  },
  since: Day,
  effect: Money,
  saw: Sight,
): Break {
  const piece = of.line?.piece ?? 0;
  const parts = [kind, of.line?.lineId ?? null, piece === 0 ? null : String(piece), of.movement?.entry ?? null];
  const digest = createHash('sha256').update(selfDelimited(parts)).digest('hex').slice(0, 12);
  const { lineRef = null, lineId = null, account = null } = of.line ?? {};
  return {
    id: `${kind}-${digest}`,
    kind,
    instructionId: of.instructionId,
    lineRef,
    lineId,
    account,
    since,
    effect,
    saw,
  };
}
