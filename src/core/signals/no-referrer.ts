/** Fires when the winning click of a website with a filed domain does not say where it came from. */
import { text } from '../events/shape.ts';
import { filedDomain } from './filed-domain.ts';
import { clickSignal } from './signal.ts';

export const noReferrer = clickSignal({
  name: 'no-referrer',
  action: 'off',
  thresholds: {},
  evidence: {
    /** As filed, lower-cased. */
    domain: text,
  },
  look: ({ referrer }, { pid }) => {
    const domain = referrer === '' ? filedDomain(pid) : undefined;
    return domain === undefined ? undefined : { domain };
  },
  holds: ({ domain }) => domain !== '',
  rank: 5,
  breach: 'false-source',
});
