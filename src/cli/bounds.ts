/** The options that bound what one delivery may be, the same for every command that takes deliveries. */
import type { Command } from 'commander';
import { BOUNDS, type Bounds, MIB } from '../ingest/bounds.ts';
import { countOption } from './checks.ts';

export interface BoundOptions {
  /** MiB. */
  readonly mostUnpacked: number;
  readonly mostLines: number;
  readonly mostRefusals: number;
}

export function boundOptions(command: Command): Command {
  return command
    .option(
      '--most-unpacked <MiB>',
      'a delivery has so much at most, unpacked',
      countOption(1, 1 << 30),
      BOUNDS.bytes / MIB,
    )
    .option('--most-lines <n>', 'and so many lines', countOption(1, 1e12 - 1), BOUNDS.lines)
    .option(
      '--most-refusals <n>',
      'its refused rows beyond so many are only counted',
      countOption(0, 1e9),
      BOUNDS.refusals,
    );
}

export function boundsOf({ mostUnpacked, mostLines, mostRefusals }: BoundOptions): Bounds {
  return { bytes: mostUnpacked * MIB, lines: mostLines, refusals: mostRefusals };
}
