/**
 * Pairs what the bank says with what the ledger says (by reference, then by amount and payee) and names what is left.
 * Every line and every movement up to the day ends in one match or one break, in whatever order they come. A line whose
 * reference is ours is never matched to another instruction, however well its amount fits.
 */

import { createHash } from 'node:crypto';
import type { Day } from '../calendar.ts';
import { selfDelimited } from '../events/event.ts';
import { groupBy } from '../groups.ts';
import { byCodePoint } from '../ids.ts';
import type { Money } from '../money.ts';
import type { Break, BreakKind, Instruction, Line, Matched, Movement } from './matter.ts';
import type { Sight } from './sight.ts';

export interface MatchTerms {
  readonly through: Day;
  /** Further apart than so many days, a match is late. */
  readonly graceDays: number;
}

interface Pair {
  readonly movement: Movement;
  readonly line: Line;
  readonly by: 'reference' | 'payee';
}

interface Left {
  readonly pairs: readonly Pair[];
  readonly lines: readonly { line: Line; instructionId: string | null; isAgain: boolean }[];
  readonly movements: readonly Movement[];
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
  const { pairs, lines: strange, movements: unseen } = pair(instructions, known, movements, lines);
  const matched: Matched[] = [];
  const breaks: Break[] = [];
  for (const one of pairs) {
    const found = breakOf(one, known.get(one.movement.instructionId), terms);
    if (found === 'matched') matched.push(one);
    else if (found !== undefined) breaks.push(found);
  }
  for (const { line, instructionId, isAgain } of strange) {
    if (line.day > terms.through) continue;
    const kind = isAgain ? 'duplicate' : 'missing-in-ledger';
    const of = isAgain ? 'again' : instructionId === null ? 'no-instruction' : 'no-result';
    const saw: Sight = { of, bank: line.amount };
    breaks.push(named(kind, { line, instructionId }, line.day, line.amount, saw));
  }
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

/**
 * Pairs by reference within each instruction first; then, of what is left, a line and a movement whose amount and payee
 * fit no other.
 */
function pair(
  instructions: readonly Instruction[],
  known: ReadonlyMap<string, Instruction>,
  movements: readonly Movement[],
  lines: readonly Line[],
): Left {
  const references = new Map(instructions.flatMap((one) => one.references.map((ref) => [ref, one.instructionId])));
  const moved = groupBy(
    [...movements].sort((a, b) => byCodePoint(a.day, b.day) || byCodePoint(a.entry, b.entry)),
    (one) => one.instructionId,
  );
  const ordered = [...lines].sort(
    (a, b) => a.bookedAt - b.bookedAt || byCodePoint(a.account, b.account) || byCodePoint(a.lineRef, b.lineRef),
  );
  const referred = groupBy(ordered, (line) => instructionOf(line, references) ?? '');
  const pairs: Pair[] = [];
  const left: { line: Line; instructionId: string | null; isAgain: boolean }[] = [];
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

/** Which instruction a line refers to: by its reference, or by a word of what is written beside it, if of one only. */
function instructionOf(line: Line, references: ReadonlyMap<string, string>): string | undefined {
  const own = references.get(line.reference);
  if (own !== undefined) return own;
  const named = new Set(line.memo.split(/[^0-9A-Za-z.-]+/).flatMap((word) => references.get(word) ?? []));
  return named.size === 1 ? [...named][0] : undefined;
}

function pairWithin(movements: readonly Movement[], lines: readonly Line[], instruction: Instruction | undefined) {
  const free = [...lines];
  const open = [...movements];
  const pairs: Pair[] = [];
  const ways: ((movement: Movement, line: Line) => boolean)[] = [
    (movement, line) => movement.amount === line.amount && goesTo(line, instruction) === 'payee',
    (movement, line) => movement.amount === line.amount && goesTo(line, instruction) === 'unknown',
    (movement, line) => movement.amount === line.amount,
    (movement, line) => movement.amount > 0n === line.amount > 0n,
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
function pairByPayee(movements: readonly Movement[], lines: readonly Line[], known: ReadonlyMap<string, Instruction>) {
  const fits = (movement: Movement, line: Line): boolean =>
    movement.amount === line.amount && goesTo(line, known.get(movement.instructionId)) === 'payee';
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

/** Whether a line is with the payee of an instruction; `unknown` where one of the two does not say. */
function goesTo(line: Line, instruction: Instruction | undefined): 'payee' | 'another' | 'unknown' {
  if (instruction === undefined) return 'unknown';
  const { payeeAccount, payeeName } = instruction;
  if (payeeAccount !== '' && line.counterparty !== '')
    return same(payeeAccount, line.counterparty) ? 'payee' : 'another';
  if (payeeName !== '' && line.counterpartyName !== '')
    return same(payeeName, line.counterpartyName) ? 'payee' : 'another';
  return 'unknown';
}

/** Blanks, width and case do not make another account or name. */
function same(a: string, b: string): boolean {
  const plain = (text: string): string => text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
  return plain(a) === plain(b);
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
  if (goesTo(line, instruction) === 'another') {
    const saw: Sight = effect === 0n ? { of: 'another-payee' } : { of: 'another-payee-and-amount', ...amounts };
    return named('wrong-payee', of, since, effect, saw);
  }
  if (effect !== 0n) return named('amount-differs', of, since, effect, { of: 'amounts', ...amounts });
  const apart = Math.abs(Date.parse(line.day) - Date.parse(movement.day)) / 86_400_000;
  if (apart > graceDays) return named('late', of, since, 0n, { of: 'days', ledger: movement.day, bank: line.day });
  return 'matched';
}

/** A break with its id, a digest of its kind, lines and entries: the same for as long as these are the same. */
export function named(
  kind: BreakKind,
  of: { readonly line?: Line; readonly movement?: Pick<Movement, 'entry'>; readonly instructionId: string | null },
  since: Day,
  effect: Money,
  saw: Sight,
): Break {
  const parts = [kind, of.line?.account ?? null, of.line?.lineRef ?? null, of.movement?.entry ?? null];
  const digest = createHash('sha256').update(selfDelimited(parts)).digest('hex').slice(0, 12);
  const [lineRef, account] = [of.line?.lineRef ?? null, of.line?.account ?? null];
  return { id: `${kind}-${digest}`, kind, instructionId: of.instructionId, lineRef, account, since, effect, saw };
}
