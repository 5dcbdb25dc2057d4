/** What one round does to a book, step by step, as plain data: it can be written down, replayed and cut smaller. */
import type { PolicyDocument } from './reference/policy.ts';

export type Cells = Readonly<Record<string, string>>;

/** Something goes wrong at a step's nth statement: the connection is cut before or after it is sent, or it is refused. */
export interface Fault {
  readonly kind: 'cut-before' | 'cut-after' | 'refuse';
  readonly statement: number;
}

export interface DeliverStep {
  readonly do: 'deliver';
  readonly feed: string;
  readonly rows: readonly Cells[];
  readonly format: 'csv' | 'ndjson';
  readonly gz: boolean;
  readonly bom: boolean;
  readonly fault?: Fault | undefined;
}

export interface RunStep {
  readonly do: 'run';
  readonly through: string;
  readonly workers: number;
  /** Nights with more lines and facts go batch by batch. */
  readonly smallNight?: number | undefined;
  readonly fault?: Fault | undefined;
  /** After the fault the next step goes first, before the run is taken up again. */
  readonly interrupted?: boolean | undefined;
}

export type Step = DeliverStep | RunStep | { readonly do: 'adopt'; readonly policy: PolicyDocument };

export interface Script {
  readonly seed: number;
  readonly zone: string;
  readonly currency: string;
  readonly digits: number;
  readonly partitions: number;
  readonly policy: PolicyDocument;
  readonly steps: readonly Step[];
}
