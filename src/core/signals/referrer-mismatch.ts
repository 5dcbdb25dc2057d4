/** Fires when the winning click says that it came from another host than the one its website filed. */
import { text } from '../events/shape.ts';
import { filedDomain, hostOf, isUnder } from './filed-domain.ts';
import { clickSignal } from './signal.ts';

export const referrerMismatch = clickSignal({
  name: 'referrer-mismatch',
  action: 'flag',
  thresholds: {},
  evidence: {
    /** As the click was delivered with it. */
    referrer: text,
    host: text,
    /** As filed, lower-cased. */
    domain: text,
  },
  look: ({ referrer }, { pid }) => {
    const domain = filedDomain(pid);
    if (domain === undefined || referrer === '') return undefined;
    const host = hostOf(referrer);
    return host === undefined || isUnder(host, domain) ? undefined : { referrer, host, domain };
  },
  holds: ({ referrer, host, domain }) => host === hostOf(referrer) && domain !== '' && !isUnder(host, domain),
  // A host may stand behind the clicks of many PIDs.
  subject: ({ host }) => host,
  rank: 4,
  breach: 'false-source',
});
