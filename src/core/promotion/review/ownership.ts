/**
 * Whether a person or another system has found the site to be its publisher's. What was found is true of the domain that was
 * filed then, and ends with it.
 */
import type { Check, FiledAs } from './check.ts';

export const ownership: Check = {
  name: 'ownership',
  look: ({ ownership: found, filedAs }) => {
    if (found === null) return { passed: false, saw: { of: 'ownership-never' } };
    const { verified, by, how } = found;
    const moved = verified ? movedSince(filedAs, found.at) : null;
    return { passed: verified && moved === null, saw: { of: 'ownership', verified, by, how, moved } };
  },
};

/** The domain that a site had at an instant, and the one that it has now, where another was filed in between. */
function movedSince(filedAs: readonly FiledAs[], at: number): { from: string; to: string } | null {
  const then = filedAs.findLast((one) => one.at <= at) ?? filedAs[0];
  const to = filedAs.at(-1)?.domain ?? '';
  if (then === undefined) return null;
  const isMoved = filedAs.some((one) => one.at > at && one.domain.toLowerCase() !== then.domain.toLowerCase());
  return isMoved ? { from: then.domain, to } : null;
}
