/** Odd visits: whatever stands in a page's path, its query or a field of its forms, the page is shown or not there; none fails. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../src/core/access.ts';
import type { Act } from '../../src/web/page.ts';
import { ROOMS } from '../../src/web/rooms.ts';
import { ODD_TEXTS, ODD_VALUES } from '../support/odd.ts';
import type { House, Visitor } from './house.ts';
import { openStaffHouse } from './staff-house.ts';

interface Place {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly acts?: Readonly<Record<string, Act>>;
}
const PLACES: readonly Place[] = ROOMS.flatMap(({ pages, counters }) => [...pages, ...counters]);
const PARTIES: Partial<Record<Role, string>> = { seller: 's3', publisher: '2002' };

/** Keys after which a list goes on, right in shape and wrong within. */
const ODD_KEYS = [
  '2014-01-25.',
  '2014-01-25.x',
  '2014-02-30.1',
  'a b',
  'a b c',
  '2014-01-25 %00',
  '%00 %00',
  '1 1',
  '-1 1',
];

let house: House;
const visitors = new Map<Role, { readonly visitor: Visitor; readonly cookie: string; readonly token: string }>();
/** What usually stands in a path. */
const usual: Record<string, string> = {
  month: '2013-12',
  day: '2014-01-20',
  format: 'csv',
  line: 'L8',
  case: 'fast-order.9666.201401',
  site: '601',
  delivery: '1',
  feed: 'orders',
  name: 'index.json',
};
/** The names that pages have asked their query for. */
const asked = new Set<string>();

beforeAll(async () => {
  house = await openStaffHouse();
  for (const role of ['seller', 'publisher', 'operator', 'finance', 'risk', 'administrator'] as const) {
    const visitor = await house.visitor(role, PARTIES[role] ?? null);
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    visitors.set(role, { visitor, cookie, token: await visitor.token() });
  }
  for (const [name, role, list] of [
    ['break', 'finance', '/finance/reconciliation'],
    ['reject', 'operator', '/operations/rejects'],
    ['person', 'administrator', '/people'],
  ] as const) {
    const { text } = (await visitors.get(role)?.visitor.get(list)) ?? { text: '' };
    usual[name] = new RegExp(`="(?:/\\w+/${name}s|/people)/((?!rules)[^"/?]+)"`).exec(text)?.[1] ?? '';
    expect(usual[name], name).not.toBe('');
  }
  const own = URLSearchParams.prototype.get;
  vi.spyOn(URLSearchParams.prototype, 'get').mockImplementation(function (this: URLSearchParams, name) {
    asked.add(name);
    return own.call(this, name);
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await house.close();
});

const filled = (path: string, other: Readonly<Record<string, string>> = {}): string =>
  path.replace(/:(\w+)/g, (_, name: string) => other[name] ?? usual[name] ?? 'x');

/** Asks as the first whose page it is; answers the request in short where it is neither shown nor refused. */
async function fails({ roles }: Place, url: string, fields?: Readonly<Record<string, string>>): Promise<string[]> {
  const who = visitors.get(roles[0] ?? 'operator');
  const headers = { cookie: who?.cookie ?? '', 'sec-fetch-site': 'same-origin' };
  const form = new URLSearchParams({ ...fields, token: who?.token ?? '' }).toString();
  const answer = await house.app.inject(
    fields === undefined
      ? { url, headers }
      : {
          method: 'POST',
          url,
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
          payload: form,
        },
  );
  // A form that was refused is shown again, with 422; 413 is one with too much in it.
  const right = fields === undefined ? [200, 303, 400, 404] : [200, 303, 400, 404, 413, 422];
  return right.includes(answer.statusCode)
    ? []
    : [`${url} ${JSON.stringify(fields ?? {}).slice(0, 200)}: ${answer.statusCode}`];
}

describe('whatever is asked, nothing fails', () => {
  it.each(PLACES)('$path', async (place) => {
    const found: string[] = [];
    const names = new Set<string>();
    const visit = async (url: string) => {
      asked.clear();
      found.push(...(await fails(place, url)));
      for (const name of asked) names.add(name);
    };
    const url = filled(place.path);
    await visit(url);
    // A page that was asked for one thing may look for another: names are found while they are tried.
    for (const name of names) for (const odd of [...ODD_TEXTS, ...ODD_KEYS]) await visit(`${url}?${name}=${odd}`);
    for (const odd of ODD_TEXTS) await visit(`${url}?${[...names].map((name) => `${name}=${odd}`).join('&')}`);
    for (const [, name = ''] of place.path.matchAll(/:(\w+)/g))
      for (const odd of ODD_TEXTS) await visit(filled(place.path, { [name]: odd }));
    expect(found).toEqual([]);
  });
});

describe('whatever is typed, nothing fails', () => {
  it.each(PLACES.filter(({ acts }) => Object.keys(acts ?? {}).length > 0))('$path', async (place) => {
    const found: string[] = [];
    const url = filled(place.path);
    const shown = (await visitors.get(place.roles[0] ?? 'operator')?.visitor.get(url))?.text ?? '';
    const forms = [...shown.matchAll(/<form class="fields" method="post".*?<\/form>/gs)].join('');
    const names = [...forms.matchAll(/ name="([\w-]+)"/g)].map(([, name = '']) => name);
    const other = new Set(names.filter((name) => !['act', 'token'].includes(name)));
    const texts = ODD_VALUES.filter((odd) => typeof odd === 'string');
    for (const act of [...Object.keys(place.acts ?? {}), ...ODD_TEXTS]) {
      found.push(...(await fails(place, url, { act })));
      if (ODD_TEXTS.includes(act)) continue;
      for (const odd of texts) {
        found.push(
          ...(await fails(place, url, Object.fromEntries([...[...other].map((name) => [name, odd]), ['act', act]]))),
        );
        for (const name of other) found.push(...(await fails(place, url, { act, [name]: odd })));
      }
    }
    expect(found).toEqual([]);
  });
});
