/** When what was sent in vain is sent again: letters and webhooks alike. It knows no clock and no chance. */

const FIRST_PAUSE = 60_000;
export const LONGEST_PAUSE = 6 * 3_600_000;

/** Milliseconds until something is tried again after so many failed attempts, at least 1: a minute, doubling up to six hours. */
export function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(attempts - 1, 30));
}
