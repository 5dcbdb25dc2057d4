// What the bench is asked for, from its command line. Nothing is measured here.
import { parseArgs } from 'node:util';

/** What can be run alone with `--only`, in the order in which it is run. */
export const PARTS = ['ingest', 'cold', 'night', 'close', 'reads', 'verify', 'whatif', 'space', 'growth'] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  /** Order lines of the book. */
  readonly lines: number;
  readonly seed: number;
  /** Clicks a line. */
  readonly clicks: number;
  readonly parts: readonly Part[];
  /** Publishers of the book that is closed. */
  readonly publishers: number;
  /** Where the figures go as JSON; null for nowhere. */
  readonly out: string | null;
  /** Also show the plans of the floor. */
  readonly plans: boolean;
}

export const USAGE =
  'usage: npm run bench -- [--lines N] [--seed S] [--clicks N] [--only PART,...] [--publishers N] [--plans] [--out FILE.json]\n' +
  `parts: ${PARTS.join(', ')}`;

/** Reads the command line; a sentence where it does not read. */
export function readOptions(given: readonly string[]): Options | string {
  const text = { type: 'string' } as const;
  let values: Partial<Record<string, string | boolean>>;
  try {
    const options = { lines: text, seed: text, clicks: text, only: text, publishers: text, out: text };
    values = parseArgs({ args: [...given], options: { ...options, plans: { type: 'boolean' } } }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const names = typeof values['only'] === 'string' ? values['only'].split(',') : [...PARTS];
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) return `--only ${unknown} is no part`;
  const whole = (name: string, otherwise: number): number => Number(values[name] ?? otherwise);
  const numbers = {
    lines: whole('lines', 1_000_000),
    seed: whole('seed', 1),
    clicks: whole('clicks', 15),
    publishers: whole('publishers', 10_000),
  };
  const bad = Object.entries(numbers).find(([, value]) => !Number.isSafeInteger(value) || value < 0);
  if (bad !== undefined) return `--${bad[0]} must be a whole number`;
  const out = typeof values['out'] === 'string' ? values['out'] : null;
  return { ...numbers, parts: PARTS.filter((part) => names.includes(part)), out, plans: values['plans'] === true };
}
