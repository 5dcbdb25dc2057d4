/** The domain that a winning click's referrer is held against, and whether a host is of it (SPEC 9, 12). */
import type { KnownPid } from '../attribution/registry.ts';

/** The domain of a website that filed one, lower-cased; of nothing else. */
export function filedDomain({ site: { kind, domain } }: KnownPid): string | undefined {
  return kind === 'website' && domain !== '' ? domain.toLowerCase() : undefined;
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
