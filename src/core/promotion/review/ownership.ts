/**
 * Whether a person or another system has found the site to be its publisher's. What was found is true of the domain that was
 * filed then, and ends with it.
 */
import type { Check, FiledAs } from './check.ts';

export const ownership: Check = {
  name: 'ownership',
  look: ({ ownership: found, filedAs }) => {
    if (found === null) return { passed: false, saw: 'never verified' };
    const by = found.by === '' ? '' : ` by ${found.by}`;
    const how = found.how === '' ? '' : `: ${found.how}`;
    const saw = `${found.verified ? 'verified' : 'found not to be so'}${by}${how}`;
    const moved = found.verified ? movedSince(filedAs, found.at) : undefined;
    if (moved === undefined) return { passed: found.verified, saw };
    return { passed: false, saw: `${saw}; that was ${nameOf(moved.from)}, and the domain is ${nameOf(moved.to)} now` };
  },
};

const nameOf = (domain: string): string => (domain === '' ? 'without a domain' : domain);

/** The domain that a site had at an instant, and the one that it has now, where another was filed in between. */
function movedSince(filedAs: readonly FiledAs[], at: number): { from: string; to: string } | undefined {
  const then = filedAs.findLast((one) => one.at <= at) ?? filedAs[0];
  const to = filedAs.at(-1)?.domain ?? '';
  if (then === undefined) return undefined;
  const isMoved = filedAs.some((one) => one.at > at && one.domain.toLowerCase() !== then.domain.toLowerCase());
  return isMoved ? { from: then.domain, to } : undefined;
}
