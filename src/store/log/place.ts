/** Where an event lies in the log: its partition, and its position in that, from 1. */
export interface LogPlace {
  readonly partition: number;
  readonly position: bigint;
}
