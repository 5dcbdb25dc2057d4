/**
 * A book holds the rules it was decided by: whatever default of the preset changes afterwards, it verifies and explains as
 * before, and what was adopted once reads for ever.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alimama2013, parsePolicy, policyText } from '../../src/core/policy/policy.ts';
import { RULES, readSealedPolicy, sealedPolicy } from '../../src/core/policy/sealed.ts';
import { verify } from '../../src/verify/verify.ts';
import { commandLine } from '../cli/command-line.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** What the preset says otherwise than it did: a path and a value, or nothing. */
const changed = vi.hoisted((): { path: readonly string[]; value: unknown } => ({ path: [], value: undefined }));
vi.mock(import('../../src/core/policy/preset.ts'), async (original) => {
  const { preset } = await original();
  return { preset: (digits: number) => changedIn(preset(digits)) as ReturnType<typeof preset> };
});

function changedIn(policy: object): object {
  if (changed.path.length === 0) return policy;
  const copy = structuredClone(policy) as Record<string, unknown>;
  let at = copy;
  for (const key of changed.path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[changed.path.at(-1) ?? ''] = changed.value;
  return copy;
}

/** Every value of a policy, with another in its place. */
function* others(value: unknown, path: readonly string[] = []): Generator<{ path: readonly string[]; value: unknown }> {
  if (Array.isArray(value)) yield { path, value: [...(value as unknown[])].reverse() };
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* others(part, [...path, key]);
  } else yield { path, value: other(value) };
}

function other(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'bigint') return value + 100n;
  const swaps: Readonly<Record<string, string>> = {
    click: 'order',
    deny: 'allow',
    none: 'cn-labour',
    hold: 'off',
    flag: 'hold',
    off: 'hold',
    review: 'application',
    application: 'review',
    approved: 'rejected',
    active: 'any',
    '0.1': '0.5',
    '0.2': '0.6',
  };
  return swaps[String(value)] ?? `${String(value)}x`;
}

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
let book: Copied;
beforeAll(async () => {
  template = await smallBookTemplate();
  book = await template.copy();
});
afterAll(async () => {
  await book.drop();
  await template.drop();
});

/** What a line of each state explains as, and what the book says of its policies and of what it supposes. */
async function told(): Promise<string[]> {
  const { rows } = await book.session.client.query<{ id: string }>(
    `select min(order_line_id) as id from attribution left join settlement using (partition, order_line_id)
     group by outcome, held, state order by 1`,
  );
  expect(rows.length).toBeGreaterThan(4);
  const cps = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await commandLine(['--database', book.url, ...args]);
    expect({ code, err }, args.join(' ')).toEqual({ code: 0, err: '' });
    return out;
  };
  const texts = [await cps('policy', 'show', '--json')];
  for (const { id } of rows) texts.push(await cps('explain', id));
  return texts;
}

describe('a default that changes', () => {
  it('changes nothing of a book that was made before: it verifies, to the deepest, and explains as it did', async () => {
    const before = await told();
    const all = [...others(alimama2013(2))];
    expect(all.length).toBeGreaterThan(60);
    const written = sealedPolicy(alimama2013(2), 2);
    for (const { path, value } of all) {
      Object.assign(changed, { path, value });
      try {
        // It is in force for who adopts a policy today.
        expect(sealedPolicy(alimama2013(2), 2), path.join('.')).not.toBe(written);
        const kept = await book.session.client.query<{ document: string; rules: number }>(
          'select document, rules from policy order by version',
        );
        for (const { document, rules } of kept.rows) {
          const policy = readSealedPolicy(document, rules, 2);
          if (typeof policy === 'string') throw new Error(policy);
          expect(sealedPolicy(policy, 2), path.join('.')).toBe(document);
        }
      } finally {
        Object.assign(changed, { path: [], value: undefined });
      }
    }
    // All of them at once, for what reads the policies of a book.
    const at = all.filter(({ path }) => path[0] !== 'name');
    for (const { path, value } of [at[0], at[10], at[20], at[40]].flatMap((one) => (one === undefined ? [] : [one]))) {
      Object.assign(changed, { path, value });
      try {
        const report = await verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
        expect(report.differences, path.join('.')).toEqual([]);
        expect(await told(), path.join('.')).toEqual(before);
      } finally {
        Object.assign(changed, { path: [], value: undefined });
      }
    }
  });
});

describe('an adopted policy', () => {
  /** As a book of rules 1 has it. It must read for ever: a setting that comes later says in sealed.ts what it was before. */
  const FIRST =
    '{"actions":{"click-flood":"hold","coupon-override":"flag","fast-order":"hold","no-referrer":"off","overwritten-click":"hold","referrer-mismatch":"flag"},"appealDays":15,"approvalAbove":"1000.00","caseDeadlineDays":15,"clearingDays":0,"couponOverride":true,"crossStoreWindowDays":15,"disputeDays":15,"fallThrough":true,"fastOrderSeconds":3,"floodClicks":20,"floodSeconds":60,"freezePoints":12,"minimumCommission":"0.01","minimumPayout":"0.10","name":"alimama-2013","noticeDays":5,"overwriteSeconds":60,"payDay":20,"payWhenCollected":false,"permissionAsOf":"click","permissions":{"api":{"grantedBy":"application","leastScore":70,"standing":"active","state":"approved"},"cross-store:taobao":{"grantedBy":"review","leastScore":30,"standing":"active","state":"approved"},"cross-store:tmall":{"grantedBy":"review","leastScore":60,"standing":"active","state":"approved"},"site-wide:tmall":{"grantedBy":"application","leastScore":80,"standing":"active","state":"approved"},"taodianjin":{"grantedBy":"application","leastScore":40,"standing":"active","state":"approved"}},"planPrecedence":["event","targeted","general"],"rateAsOf":"click","reapplyDays":15,"restoreOverwritten":false,"review":{"ageDays":30,"approveScore":50,"clickDays":30,"forfeitDays":90,"leastClicks":20,"mostForeign":"0.2","mostForfeits":0,"mostStripped":"0.5","points":{"age":10,"fields":20,"forfeits":10,"icp":15,"ownership":25,"referrer":10,"stripped":10}},"sameStoreWindowDays":15,"selfPurchase":"deny","serviceFeeRate":"0.1","taxProfile":"none","terminatePoints":18,"violationPoints":6}';

  it('of the first rules reads', () => {
    expect(readSealedPolicy(FIRST, 1, 2)).toMatchObject({ name: 'alimama-2013', payDay: 20, approvalAbove: 100_000n });
    if (RULES === 1) expect(sealedPolicy(alimama2013(2), 2)).toBe(FIRST);
  });

  it('has a signal off that it does not name', () => {
    const without = FIRST.replace('"click-flood":"hold",', '');
    expect(readSealedPolicy(without, 1, 2)).toMatchObject({ actions: { 'click-flood': 'off' } });
  });

  it('is whole: a setting left out, altered past its bounds or of later rules is refused in a sentence', () => {
    const document = JSON.parse(FIRST) as Record<string, Json>;
    for (const key of Object.keys(document)) {
      const { [key]: _, ...rest } = document;
      expect(readSealedPolicy(JSON.stringify(rest), 1, 2), key).toBe(
        key === 'actions' ? 'it does not say what actions is' : `it does not say what ${key} is`,
      );
    }
    const review = {
      ...(document['review'] as object),
      points: { ownership: 25, icp: 15, fields: 20, referrer: 20, age: 10 },
    };
    expect(readSealedPolicy(JSON.stringify({ ...document, review }), 1, 2)).toBe(
      'it does not say what review.points.forfeits is',
    );
    expect(readSealedPolicy(FIRST.replace('"payDay":20', '"payDay":29'), 1, 2)).toContain('payDay');
    expect(readSealedPolicy(FIRST, RULES + 1, 2)).toContain(`this program knows them up to ${RULES}`);
    expect(readSealedPolicy('{', 1, 2)).toBe('it is not JSON');
    expect(readSealedPolicy('[]', 1, 2)).toBe('it is no object of settings');
  });

  it('is stored whole, whatever its document left out, and shows what the preset has otherwise', async () => {
    const { rows } = await book.session.client.query<{ document: string }>(
      'select document from policy where version = 2',
    );
    const later = JSON.parse(rows[0]?.document ?? '') as Record<string, Json>;
    const policy = parsePolicy(JSON.stringify({ name: 'later', taxProfile: 'cn-labour' }), 2);
    if (typeof policy === 'string') throw new Error(policy);
    expect(Object.keys(later).sort()).toEqual(Object.keys(JSON.parse(policyText(policy, 2)) as object).sort());
    const shown = await commandLine(['--database', book.url, 'policy', 'show']);
    expect(shown.out).toMatch(/^ +taxProfile +cn-labour +\(none in the preset\)$/m);
    expect(shown.out).toMatch(/^ +payDay +20$/m);
  });
});
