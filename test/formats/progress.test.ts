// What the progress line promises: on a terminal only, ten times a second at most, gone at the end.

import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { progress } from '../../src/formats/files/progress.ts';

function terminal(isTTY: boolean): { stream: NodeJS.WriteStream; written: () => string[] } {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 }) as unknown as NodeJS.WriteStream;
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  return { stream, written: () => written };
}

it('shows count, share and rate, at most ten times a second, and clears its line', () => {
  const { stream, written } = terminal(true);
  let clock = 1000;
  const line = progress('clicks', stream, () => clock);
  clock += 500;
  line.update(1_000_000, 4_000_000);
  clock += 99;
  line.update(1_500_000, 4_000_000);
  clock += 1;
  line.update(1_800_000);
  line.done();
  line.done();
  expect(written()).toEqual([
    '\rclicks  1,000,000 of 4,000,000 (25 %)  2,000,000/s\x1b[K',
    '\rclicks  1,800,000  3,000,000/s\x1b[K',
    '\r\x1b[K',
  ]);
});

it('never fills more than the terminal is wide', () => {
  const { stream, written } = terminal(true);
  progress('佣金'.repeat(40), stream, () => 0).update(1);
  expect(written()).toEqual([`\r${'佣金'.repeat(14)}佣…\x1b[K`]);
});

it('is silent where there is no terminal', () => {
  const { stream, written } = terminal(false);
  const line = progress('clicks', stream, () => 0);
  line.update(1);
  line.done();
  expect(written()).toEqual([]);
});
