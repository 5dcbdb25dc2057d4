// Decides what a long command says of its progress: one line, rewritten in place, on a terminal only.
// It does not decide what is counted, and it reads no clock of its own.

import { cut, visible } from './table.ts';

/** A progress line: `update` as often as one likes, `done` once. */
export interface Progress {
  /** Shows how many are done, and the share of `total` where it is known. */
  update(count: number, total?: number): void;
  /** Clears the line; nothing of it stays on the screen. */
  done(): void;
}

const BETWEEN_UPDATES = 100;

/**
 * A progress line such as `clicks  1,234,567 of 3,000,000 (41 %)  310,000/s` on `stream`, at most ten times a second;
 * silent where the stream is no terminal. `now` gives milliseconds.
 */
export function progress(label: string, stream: NodeJS.WriteStream, now: () => number): Progress {
  if (!stream.isTTY) return { update: () => {}, done: () => {} };
  const started = now();
  let shown: number | undefined;
  return {
    update(count, total) {
      const at = now();
      if (shown !== undefined && at - shown < BETWEEN_UPDATES) return;
      shown = at;
      stream.write(`\r${cut(line(label, count, total, at - started), (stream.columns || 80) - 1)}\x1b[K`);
    },
    done() {
      if (shown !== undefined) stream.write('\r\x1b[K');
      shown = undefined;
    },
  };
}

function line(label: string, count: number, total: number | undefined, elapsed: number): string {
  const share =
    total === undefined || total <= 0 ? '' : ` of ${grouped(total)} (${Math.floor((count / total) * 100)} %)`;
  const rate = elapsed <= 0 ? '' : `  ${grouped(Math.round((count / elapsed) * 1000))}/s`;
  return `${visible(label)}  ${grouped(count)}${share}${rate}`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
