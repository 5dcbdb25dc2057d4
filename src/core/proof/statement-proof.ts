/**
 * A statement that proves itself: its lines as sealed events, the statement's own event, the way from that event to the
 * root of its night, and the event that opened the book, which that root covers too and which says in what currency and
 * zone it is all told. Checking needs the document and the root, no book. Every value of the document is covered: what is
 * not (names, PIDs, what became of a payout since) is not in it.
 */
import type { Day, Month } from '../calendar.ts';
import type { PartitionTally } from '../events/event.ts';
import type { ChainEnd } from './night-tree.ts';
import { faultOf, type SealedEvent } from './sealed.ts';

export const PROOF_FORM = 'cps-statement-proof-2';

/** One entry on the publisher's payable. `amount` and `balance` follow from the events, and are there for people. */
export interface ProvenLine {
  readonly entry: string;
  readonly amount: string;
  readonly balance: string;
  readonly event: SealedEvent;
}

/** The way from the statement's event to the root of its night. Hashes are in hex. */
export interface Way {
  readonly night: Day;
  readonly root: string;
  /** Which of the night's events in its partition the statement is, from 0, and the hashes beside its way up. */
  readonly index: number;
  readonly path: readonly string[];
  /** What the root says of that partition, but for the root over its events, which the path comes to. */
  readonly partition: ChainEnd & Pick<PartitionTally, 'events' | 'transfers'> & { readonly amount: string };
  readonly partitions: number;
  readonly above: readonly string[];
}

export interface StatementProof {
  readonly form: typeof PROOF_FORM;
  readonly publisher: string;
  readonly month: Month;
  readonly currency: string;
  /** Decimal places of the currency. */
  readonly digits: number;
  /** Of business days. */
  readonly zone: string;
  readonly opening: string;
  readonly lines: readonly ProvenLine[];
  readonly closing: string;
  readonly statement: SealedEvent;
  /** The event that opened the book. */
  readonly opened: SealedEvent;
  readonly way: Way;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isPath = (value: unknown): boolean => Array.isArray(value) && value.length < 64 && value.every(isHash);
type Form = Readonly<Record<string, (value: unknown) => boolean>>;

const DOCUMENT: Form = {
  form: (value) => value === PROOF_FORM,
  publisher: isText,
  month: isText,
  currency: isText,
  zone: isText,
  digits: (value) => isCount(value) && (value as number) <= 4,
  opening: isText,
  lines: Array.isArray,
  closing: isText,
};
const LINE: Form = { entry: isText, amount: isText, balance: isText };
const WAY: Form = { night: isText, root: isHash, index: isCount, path: isPath, partitions: isCount, above: isPath };
const PARTITION: Form = {
  partition: isCount,
  position: isCount,
  hash: isHash,
  events: isCount,
  transfers: isCount,
  amount: isText,
};

/** The first field that is missing or of another form, after the path to it. */
function fault(value: unknown, form: Form, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return path === '' ? 'the document' : path.slice(0, -1);
  const fields = value as Record<string, unknown>;
  const name = Object.keys(form).find((key) => form[key]?.(fields[key]) !== true);
  return name === undefined ? undefined : path + name;
}

/** Takes parsed JSON for a statement with its proof; a sentence where it is none. It checks the form only. */
export function readStatementProof(value: unknown): StatementProof | string {
  const says = (name: string): string => `${name} is missing or not of the form of a statement with its proof`;
  const top = fault(value, DOCUMENT, '');
  if (top !== undefined) return says(top);
  const proof = value as StatementProof;
  for (const [at, line] of proof.lines.entries()) {
    const wrong = fault(line, LINE, `lines[${at}].`) ?? eventFault(line.event, `lines[${at}].event.`);
    if (wrong !== undefined) return says(wrong);
  }
  const wrong =
    eventFault(proof.statement, 'statement.') ??
    eventFault(proof.opened, 'opened.') ??
    fault(proof.way, WAY, 'way.') ??
    fault(proof.way.partition, PARTITION, 'way.partition.');
  return wrong === undefined ? proof : says(wrong);
}

function eventFault(value: unknown, path: string): string | undefined {
  const wrong = faultOf(value);
  return wrong === undefined ? undefined : path + wrong;
}
