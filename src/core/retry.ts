/** The pauses between attempts to send a letter or a webhook. It reads no clock, and adds nothing random. */

const FIRST_PAUSE = 60_000;
export const LONGEST_PAUSE = 6 * 3_600_000;

/** Milliseconds until the next attempt after so many failed ones, at least 1: a minute, doubling up to six hours. */
export function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(attempts - 1, 30));
}
