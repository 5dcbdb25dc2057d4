/**
 * Two signals on where the click says it came from, for filed websites with a domain: a referrer on another host, and
 * no referrer at all.
 */
import { evidence } from '../attribution/click.ts';
import type { Signal, Won } from './signal.ts';

function filedDomain({ click, pid }: Won): string | undefined {
  const { kind, domain } = pid.site;
  return click !== null && kind === 'website' && domain !== '' ? domain.toLowerCase() : undefined;
}

/** The host of an absolute URL, lower-cased and without port; undefined when the text is none or has no host. */
export function hostOf(referrer: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(referrer)) return undefined;
  try {
    const { hostname } = new URL(referrer);
    return hostname === '' ? undefined : hostname.toLowerCase();
  } catch {
    return undefined;
  }
}

/** Whether a host is the filed domain or under it. Both are lower-cased. */
export function isUnder(host: string, domain: string): boolean {
  const filed = hostOf(`http://${domain}`) ?? domain;
  return host === filed || host.endsWith(`.${filed}`);
}

export const referrerMismatch: Signal = {
  name: 'referrer-mismatch',
  look: (won) => {
    const domain = filedDomain(won);
    if (domain === undefined || won.click === null || won.click.referrer === '') return undefined;
    const host = hostOf(won.click.referrer);
    if (host === undefined || isUnder(host, domain)) return undefined;
    return { saw: `referrer on ${host}, filed domain ${domain}`, clicks: [evidence(won.click, true)] };
  },
};

export const noReferrer: Signal = {
  name: 'no-referrer',
  look: (won) => (filedDomain(won) !== undefined && won.click?.referrer === '' ? { saw: 'no referrer' } : undefined),
};
