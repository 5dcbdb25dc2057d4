/**
 * Takes lines apart that a bank booked for several payments: by the payments it tells, by the payment file it names, or by
 * the sum of one. What is left over of a line is for match.ts to name.
 */
import type { Line } from '../bank/account.ts';
import { groupBy } from '../groups.ts';
import { type Money, sum } from '../money.ts';
import type { Instruction, Movement } from './matter.ts';
import { type Finder, referenceFinder } from './reference.ts';

/** A line, or one of the payments in it: `piece` counts these from 1, and is 0 of a whole line. */
export interface Piece extends Line {
  readonly piece: number;
}

/** What is left of a line beside the payments in it. */
export interface Rest {
  readonly line: Line;
  readonly payments: number;
  /** What the payments come to. */
  readonly paid: Money;
}

interface Known {
  readonly instructions: readonly Instruction[];
  readonly movements: readonly Movement[];
  /** Whose reference stands in a line. */
  readonly find: Finder;
}

/** The pieces of lines, and what is left over of each. */
export function takenApart(lines: readonly Line[], known: Known): { pieces: Piece[]; rests: Rest[] } {
  const inFiles = groupBy(
    known.instructions.flatMap((of) => of.files.map((file) => ({ file, of }))),
    ({ file }) => file,
    ({ of }) => of,
  );
  const findFile = referenceFinder(
    [...inFiles.keys()].flatMap((file) => namesOf(file).map((name) => [name, file] as const)),
  );
  const seen = seenIn(lines, known);
  const bySum = sumsOf(lines, inFiles, seen);
  const pieces: Piece[] = [];
  const rests: Rest[] = [];
  for (const line of lines) {
    const told = toldApart(line, known.find);
    const isOurs = known.find(line.reference, line.memo) !== undefined;
    const file = told !== undefined || isOurs ? undefined : (findFile(line.reference, line.memo) ?? bySum.get(line));
    const of = file === undefined ? undefined : rowsOf(line, inFiles.get(file) ?? [], seen);
    const parts = told ?? of?.map((one) => payment(line, one));
    if (parts === undefined || parts.length === 0) {
      pieces.push({ ...line, piece: 0 });
      continue;
    }
    pieces.push(...parts.map((part, i) => ({ ...line, ...part, piece: i + 1 })));
    const paid = sum(parts.map(({ amount }) => amount));
    if (paid !== line.amount) rests.push({ line, payments: parts.length, paid });
  }
  return { pieces, rests };
}

/** The instructions that moved, those where money came in apart from those where it went out: a return is beside its payment. */
interface Seen {
  /** By lines of their own, or parts that the bank tells. */
  readonly own: Moved;
  /** By the ledger. */
  readonly done: Moved;
}

interface Moved {
  readonly in: ReadonlySet<string>;
  readonly out: ReadonlySet<string>;
}

type Direction = keyof Moved;

const directionOf = (amount: Money): Direction => (amount > 0n ? 'in' : 'out');
const opposite = (direction: Direction): Direction => (direction === 'in' ? 'out' : 'in');
const sentAs = ({ kind }: Instruction): Direction => (kind === 'payout' ? 'out' : 'in');
const inDirection = (amount: Money, direction: Direction): Money => (direction === 'in' ? amount : -amount);

function seenIn(lines: readonly Line[], { movements, find }: Known): Seen {
  const told = lines.flatMap((line) =>
    [line, ...line.parts].flatMap((one) => {
      const instructionId = find(one.reference, one.memo);
      return instructionId === undefined ? [] : [{ instructionId, amount: one.amount }];
    }),
  );
  return { own: movedOf(told), done: movedOf(movements) };
}

function movedOf(of: readonly { readonly instructionId: string; readonly amount: Money }[]): Moved {
  const ids = (direction: Direction) =>
    new Set(of.filter(({ amount }) => directionOf(amount) === direction).map(({ instructionId }) => instructionId));
  return { in: ids('in'), out: ids('out') };
}

/** Whether an instruction moved as it was sent: the ledger says so, or the bank gave it back. */
function isKnownPaid(one: Instruction, { own, done }: Seen): boolean {
  const direction = sentAs(one);
  return done[direction].has(one.instructionId) || own[opposite(direction)].has(one.instructionId);
}

/** A payment file's id and, as files that take digits only have it, its digits. */
function namesOf(file: string): string[] {
  return [file, file.replaceAll(/\D/g, '')].filter((name) => name !== '');
}

/** The payments that the bank tells, where they add up to the line or one of them is ours. */
function toldApart({ parts, amount }: Line, find: Finder) {
  const isWhole = sum(parts.map((part) => part.amount)) === amount;
  if (isWhole) return parts.length > 1 ? parts : undefined;
  return parts.some((part) => find(part.reference, part.memo) !== undefined) ? parts : undefined;
}

const payment = (line: Line, { instructionId, amount }: Instruction) => ({
  amount: inDirection(amount, directionOf(line.amount)),
  reference: instructionId,
  counterparty: '',
  counterpartyName: '',
  memo: line.memo,
});

/**
 * The instructions of a file that a line paid: all without a line of their own in its direction, or those that are known
 * to have moved. A line in the other direction gave them back: all of them, or those of which the ledger has a return.
 */
function rowsOf(line: Line, of: readonly Instruction[], seen: Seen): readonly Instruction[] {
  const direction = directionOf(line.amount);
  const rows = of.filter(({ instructionId }) => !seen.own[direction].has(instructionId));
  const isExact = sum(rows.map(({ amount }) => inDirection(amount, direction))) === line.amount;
  const known = rows.filter((one) =>
    sentAs(one) === direction ? isKnownPaid(one, seen) : seen.done[direction].has(one.instructionId),
  );
  if (isExact || known.length > 0) return isExact ? rows : known;
  return rows.filter((one) => sentAs(one) === direction);
}

/** Lines that say nothing of whom they paid, with the one payment file that comes to so much and has no other such line. */
function sumsOf(
  lines: readonly Line[],
  inFiles: ReadonlyMap<string, readonly Instruction[]>,
  seen: Seen,
): Map<Line, string> {
  const files = [...inFiles].flatMap(([file, of]) => {
    const paid = of.filter((one) => isKnownPaid(one, seen));
    const isApart = of.some((one) => seen.own[sentAs(one)].has(one.instructionId));
    return paid.length > 1 && !isApart ? [{ file, paid }] : [];
  });
  const bySum = groupBy(files, ({ paid }) => sum(paid.map((one) => inDirection(one.amount, sentAs(one)))));
  const silent = lines.filter(
    (line) =>
      line.reference === '' && line.counterparty === '' && line.counterpartyName === '' && line.parts.length === 0,
  );
  const found = new Map<Line, string>();
  for (const [amount, some] of groupBy(silent, (line) => line.amount)) {
    const [line, file] = [some[0], bySum.get(amount)?.[0]?.file];
    if (some.length === 1 && bySum.get(amount)?.length === 1 && line !== undefined && file !== undefined)
      found.set(line, file);
  }
  return found;
}
