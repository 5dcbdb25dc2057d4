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
  const own = new Set(lines.flatMap((line) => known.find(line.reference, line.memo) ?? []));
  const bySum = sumsOf(lines, inFiles, own, known.movements);
  const pieces: Piece[] = [];
  const rests: Rest[] = [];
  for (const line of lines) {
    const told = toldApart(line, known.find);
    const isOurs = known.find(line.reference, line.memo) !== undefined;
    const file = told !== undefined || isOurs ? undefined : (findFile(line.reference, line.memo) ?? bySum.get(line));
    const of = file === undefined ? undefined : rowsOf(line, inFiles.get(file) ?? [], own, known.movements);
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

const signed = ({ kind, amount }: Instruction): Money => (kind === 'payout' ? -amount : amount);

const payment = (line: Line, of: Instruction) => ({
  amount: signed(of),
  reference: of.instructionId,
  counterparty: '',
  counterpartyName: '',
  memo: line.memo,
});

/** The instructions of a file that a line paid: all without a line of their own, or those that the ledger knows as done. */
function rowsOf(line: Line, of: readonly Instruction[], own: ReadonlySet<string>, movements: readonly Movement[]) {
  const rows = of.filter((one) => !own.has(one.instructionId) && signed(one) > 0n === line.amount > 0n);
  const done = new Set(movements.filter((one) => one.amount > 0n === line.amount > 0n).map((one) => one.instructionId));
  const known = rows.filter((one) => done.has(one.instructionId));
  const isExact = (some: readonly Instruction[]): boolean => sum(some.map(signed)) === line.amount;
  return isExact(rows) || known.length === 0 ? rows : known;
}

/** Lines that say nothing of whom they paid, with the one payment file that comes to so much and has no other such line. */
function sumsOf(
  lines: readonly Line[],
  inFiles: ReadonlyMap<string, readonly Instruction[]>,
  own: ReadonlySet<string>,
  movements: readonly Movement[],
): Map<Line, string> {
  const done = new Set(movements.map((one) => one.instructionId));
  const files = [...inFiles].filter(
    ([, of]) => of.length > 1 && of.every(({ instructionId: id }) => done.has(id) && !own.has(id)),
  );
  const bySum = groupBy(files, ([, of]) => sum(of.map(signed)));
  const silent = lines.filter(
    (line) =>
      line.reference === '' && line.counterparty === '' && line.counterpartyName === '' && line.parts.length === 0,
  );
  const found = new Map<Line, string>();
  for (const [amount, some] of groupBy(silent, (line) => line.amount)) {
    const [line, file] = [some[0], bySum.get(amount)?.[0]?.[0]];
    if (some.length === 1 && bySum.get(amount)?.length === 1 && line !== undefined && file !== undefined)
      found.set(line, file);
  }
  return found;
}
