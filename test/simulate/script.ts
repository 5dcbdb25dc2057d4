/** What one round does to a book, step by step, as plain data: it can be written down, replayed and cut smaller. */
import type { PolicyDocument } from './reference/policy.ts';

export type Cells = Readonly<Record<string, string>>;

/**
 * Something goes wrong at a step's nth statement: the connection is cut before or after it is sent, it is refused by the
 * driver, the server answers it with an error, or the server ends the connection.
 */
export interface Fault {
  readonly kind: 'cut-before' | 'cut-after' | 'refuse' | 'error' | 'end';
  readonly statement: number;
}

export interface DeliverStep {
  readonly do: 'deliver';
  readonly feed: string;
  readonly rows: readonly Cells[];
  readonly format: 'csv' | 'ndjson';
  readonly gz: boolean;
  readonly bom: boolean;
  readonly gbk: boolean;
  /** One for each attempt, until they are used up. */
  readonly faults: readonly Fault[];
  /** Two operators deliver it, at the same moment. */
  readonly twice: boolean;
}

/** What a second operator does while the first one runs nights: asks for a run too, takes over, or both begin at once. */
export type Rival = 'asks' | 'takes-over' | 'races';

export interface RunStep {
  readonly do: 'run';
  readonly through: string;
  readonly workers: number;
  /** The operator's clock. */
  readonly clock: number;
  /** First it is asked for by a clock that says the day is not over. */
  readonly early: boolean;
  /** Nights with more lines and facts go batch by batch. */
  readonly smallNight?: number | undefined;
  /** One for each attempt, until they are used up. */
  readonly faults: readonly Fault[];
  /** After the first fault the next step goes first, before the run is taken up again. */
  readonly interrupted: boolean;
  /** The next step, a delivery, happens beside the nights. */
  readonly beside: boolean;
  readonly rival?: Rival | undefined;
}

export type Step =
  | DeliverStep
  | RunStep
  | { readonly do: 'adopt'; readonly policy: PolicyDocument; readonly faults: readonly Fault[] };

export interface Script {
  readonly seed: number;
  readonly zone: string;
  readonly currency: string;
  readonly digits: number;
  readonly partitions: number;
  readonly policy: PolicyDocument;
  readonly steps: readonly Step[];
}
