/**
 * The desk at its doors: what people type at `cps cases`, `case`, `decide` and `appeal`, and what feeds deliver of cases,
 * appeals and disputes. Whatever is refused leaves nothing behind.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { play } from '../../src/cli/scenario/play.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { refusals } from '../../src/store/intake/deliveries.ts';
import { verify } from '../../src/verify/verify.ts';
import { type OpenBook, openBook, runThrough } from '../books/play.ts';
import { commandLine } from './command-line.ts';

const SCENARIO = resolve(import.meta.dirname, '../../scenarios/40-a-hijacker-found.md');
const CASE = 'overwritten-click.9003.201311';
/** The scenario up to where somebody decides: one case of four lines, 21.00 at stake, a second person from 10.00 on. */
const UNDECIDED = readFileSync(SCENARIO, 'utf8').split('```decide')[0] ?? '';

let book: OpenBook;
let folder = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-desk-'));
  book = await openBook();
  const played = await play(SCENARIO, UNDECIDED, { url: book.url, now: Date.UTC(2026, 0, 1) });
  expect(played.differences).toEqual([]);
});
afterEach(async () => {
  await book.close();
  rmSync(folder, { recursive: true });
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);
const AT = ['--at', '2013-11-11 15:00:00'];
const FORFEIT = ['--decision', 'forfeit', '--reason', 'it clicks by itself'];

/** Everything a decision could have left: rows, receipts, letters. */
async function traces(): Promise<string> {
  const { rows } = await book.session.client.query<{ said: string }>(`select concat_ws(' ',
    (select count(*) from case_decision), (select count(*) from appeal), (select count(*) from trade_fact),
    (select count(*) from publisher_status), (select count(*) from delivery), (select count(*) from tally),
    (select count(*) from refusal), (select count(*) from mail)) as said`);
  return rows[0]?.said ?? '';
}

async function feed(name: string, header: string, ...rows: string[]): Promise<string[]> {
  const path = join(folder, `${name}-${Math.abs(rows.join().length)}.csv`);
  writeFileSync(path, `${[header, ...rows].join('\n')}\n`);
  await deliver(book.session, { path, feed: name }, () => {});
  const found: string[] = [];
  for await (const some of refusals(book.session, name))
    found.push(...some.map((one) => `${one.verdict}: ${one.reason}`));
  return found;
}

describe('cps cases and cps case', () => {
  it('tell the same to people and to programs', async () => {
    const list = await cps('cases', '--open');
    expect(list.out).toContain(CASE);
    expect(list.out).toContain('1 open, 21.00 CNY at stake.');
    const { cases } = JSON.parse((await cps('cases', '--json')).out) as { cases: Record<string, unknown>[] };
    expect(cases).toMatchObject([
      {
        id: CASE,
        state: 'open',
        open: 4,
        lines: 4,
        held: '11.70',
        commission: '13.00',
        fee: '1.30',
        estimate: '8.00',
        deadline: '2013-11-20',
      },
    ]);
    const shown = JSON.parse((await cps('case', CASE, '--json')).out) as { evidence: Record<string, unknown>[] };
    expect(shown).toMatchObject({
      id: CASE,
      atStake: '21.00',
      accused: [{ publisherId: '1003', points: 0, advice: 'none' }],
    });
    expect(shown.evidence.map((one) => one['orderLineId']).sort()).toEqual(['L1', 'L2', 'L3', 'L4']);
  });

  it.each(['nothing', 'fast-order.9003.201311', 'overwritten-click.9003.201312', 'dispute.Q1', "x' or 1=1"])(
    'know no case %s',
    async (id) => {
      for (const command of [
        ['case', id],
        ['decide', id, '--as', 'Chen', ...FORFEIT],
        ['decide', id, '--as', 'Chen', '--approve'],
      ]) {
        const { code, err } = await cps(...command);
        expect([code, err]).toEqual([2, expect.stringContaining(`there is no case ${id}`)]);
      }
    },
  );
});

describe('cps decide', () => {
  it.each([
    [[...FORFEIT], 'say --as PERSON, or set CPS_AS'],
    [['--as', ' Chen', ...FORFEIT], 'a name of 1 to 60 characters'],
    [['--as', 'Chen'], 'say --decision and --reason'],
    [['--as', 'Chen', '--decision', 'forfeit'], 'say --decision and --reason'],
    [['--as', 'Chen', '--decision', 'forfeit', '--reason', '  '], 'needs a reason'],
    [['--as', 'Chen', '--decision', 'punish', '--reason', 'x'], 'it must be one of release, forfeit, reject'],
    [['--as', 'Chen', '--decision', 'reject', '--reason', 'x'], 'its decision is release or forfeit, not reject'],
    [['--as', 'Chen', '--decision', 'release', '--reason', 'x', '--freeze'], 'a release punishes nobody'],
    [['--as', 'Chen', '--decision', 'release', '--reason', 'x', '--points', '3'], 'a release punishes nobody'],
    [['--as', 'Chen', ...FORFEIT, '--freeze', '--terminate'], 'cannot be used with'],
    [['--as', 'Chen', ...FORFEIT, '--points', '-1'], 'a whole number from 0 to 1000'],
    [['--as', 'Chen', ...FORFEIT, '--at', 'yesterday'], 'it must be a moment'],
    [['--as', 'Chen', ...FORFEIT, '--at', '2026-02-01 00:00:00'], 'is still to come'],
    [['--as', 'Wu', '--approve'], 'no proposal of case'],
    [['--as', 'Wu', '--approve', ...FORFEIT], 'cannot be used with'],
    [['--as', 'Chen', '--decision', 'forfeit', '--reason', 'a'.repeat(9000)], 'text of at most 8192 characters'],
  ])('is refused with exit code 2, and leaves nothing (%#)', async (args, sentence) => {
    const before = await traces();
    const { code, out, err } = await cps('decide', CASE, ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(await traces()).toBe(before);
  });

  it('that is dated before a line was paid is refused whole: no line is decided, nobody is told', async () => {
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, '{ "approvalAbove": "1000.00" }');
    await cps('policy', 'adopt', policy);
    await runThrough(book, '2013-11-09');
    const before = await traces();
    const { code, err } = await cps(
      'decide',
      CASE,
      '--as',
      'Chen',
      ...FORFEIT,
      '--terminate',
      '--at',
      '2013-11-06 09:00:00',
    );
    expect([code, err]).toEqual([2, expect.stringMatching(/risk-decisions: dated .* before order line L\d was paid/)]);
    expect(await traces()).toBe(before);
  });

  it('needs somebody else above the threshold, whatever the letters; a later proposal replaces an earlier one', async () => {
    const first = await cps('decide', CASE, '--as', 'Chen', ...FORFEIT, '--terminate', ...AT);
    expect(first.out).toBe(
      `Proposed ${CASE}-1: forfeit of 4 lines, 21.00 CNY at stake.\nIt needs a second person: cps decide ${CASE} --approve --as PERSON\n`,
    );
    for (const by of ['Chen', 'chen', 'CHEN', 'Ｃｈｅｎ']) {
      const { code, err } = await cps('decide', CASE, '--as', by, '--approve', ...AT);
      expect([code, err]).toEqual([2, expect.stringContaining('somebody else has to approve it')]);
    }
    const second = await cps('decide', CASE, '--as', 'Wu', '--decision', 'release', '--reason', 'no', ...AT, '--json');
    expect(JSON.parse(second.out)).toMatchObject({
      holds: false,
      decision: { decisionId: `${CASE}-2`, amount: '21.00' },
    });
    const early = await cps('decide', CASE, '--as', 'Chen', '--approve', '--at', '2013-11-11 14:59:59');
    expect(early.err).toContain('dated before the proposal');
    const held = await cps('decide', CASE, '--as', 'Chen', '--approve', ...AT);
    expect(held.out).toBe(`Decided ${CASE}-2: release of 4 lines, 21.00 CNY at stake; the next night acts on it.\n`);
    expect((await cps('decide', CASE, '--as', 'Zhao', '--approve', ...AT)).err).toContain('no proposal');
    expect((await cps('decide', CASE, '--as', 'Zhao', ...FORFEIT, ...AT)).err).toContain('no open line');
    await runThrough(book, '2013-11-12');
    const report = await verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
    expect(report.differences).toEqual([]);
    const { rows } = await book.session.client.query<{ type: string; n: bigint }>(
      "select type::text as type, count(*) as n from log where type in ('CaseDecided', 'CommissionReleased') group by type order by 1",
    );
    expect(rows.map(({ type, n }) => `${type} ${n}`)).toEqual(['CommissionReleased 4', 'CaseDecided 1'].sort());
  });

  it('by two people at once is decided once', async () => {
    await cps('decide', CASE, '--as', 'Chen', ...FORFEIT, ...AT);
    const both = await Promise.all(['Wu', 'Zhao'].map((by) => cps('decide', CASE, '--as', by, '--approve', ...AT)));
    expect(both.map(({ code }) => code).sort()).toEqual([0, 2]);
    const { rows } = await book.session.client.query("select 1 from trade_fact where kind = 'decision'");
    expect(rows).toHaveLength(4);
  });
});

describe('cps appeal', () => {
  const DECISION = `${CASE}-1`;
  const lodge = (...args: string[]) => cps('appeal', DECISION, '--publisher', '1003', '--reason', 'mine', ...args);
  beforeEach(async () => {
    await cps('decide', CASE, '--as', 'Chen', ...FORFEIT, '--terminate', '--points', '18', ...AT);
  });

  it('waits for a decision that holds, and is lodged once, by its own publisher, in time, and ended by somebody else', async () => {
    const at = ['--at', '2013-11-20 10:00:00'];
    expect((await lodge(...at)).err).toContain('there is no decision to appeal against that holds');
    await cps('decide', CASE, '--as', 'Wu', '--approve', ...AT);
    expect((await cps('appeal', 'nothing-1', '--publisher', '1003', '--reason', 'x')).err).toContain(
      'there is no decision nothing-1',
    );
    expect((await cps('appeal', DECISION, '--publisher', '1001', '--reason', 'x', ...at)).err).toContain(
      'is not about publisher 1001',
    );
    expect((await lodge('--at', '2013-11-27 00:00:00')).err).toContain(
      'were to be lodged before 2013-11-27 00:00:00+08:00',
    );
    expect((await lodge('--at', '2013-11-11 14:00:00')).err).toContain('dated before decision');
    expect((await lodge('--grant', ...at)).err).toContain('say --as PERSON');
    expect((await lodge('--grant', '--as', 'Zhao', ...at)).err).toContain('no such appeal was lodged');
    expect((await lodge('--at', '2013-11-26 23:59:59')).code).toBe(0);
    expect((await lodge(...at)).err).toMatch(
      /is known with at 2013-11-26 23:59:59\+08:00 and not|appealed against decision/,
    );
    const end = ['--grant', '--at', '2013-11-28 10:00:00'];
    for (const by of ['Chen', 'wu'])
      expect((await lodge('--as', by, ...end)).err).toContain('somebody else has to decide the appeal');
    const before = await traces();
    expect((await lodge('--as', 'Zhao', '--grant', '--reject')).code).toBe(2);
    expect(await traces()).toBe(before);
    expect((await lodge('--as', 'Zhao', ...end)).out).toContain('An adjustment makes it good: cps adjust propose');
    expect((await lodge('--as', 'Zhao', ...end)).err).toContain('is granted already');
    const { accused } = JSON.parse((await cps('case', CASE, '--json')).out) as { accused: unknown };
    expect(accused).toMatchObject([{ publisherId: '1003', status: 'active', points: 0 }]);
    await runThrough(book, '2013-11-30');
    const report = await verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
    expect(report.differences).toEqual([]);
  });

  it('that is granted leaves a publisher terminated whom another decision terminated', async () => {
    await cps('decide', CASE, '--as', 'Wu', '--approve', ...AT);
    await feed('disputes', 'dispute_id,order_line_id,seller_id,disputed_at,reason', 'Q1,L5,s1,2013-11-12 09:00:00,no');
    const other = await cps(
      'decide',
      'dispute.Q1',
      '--as',
      'Chen',
      ...FORFEIT,
      '--terminate',
      '--at',
      '2013-11-12 10:00:00',
    );
    expect(other.code, other.err).toBe(0);
    await lodge('--at', '2013-11-13 10:00:00');
    await lodge('--grant', '--as', 'Zhao', '--at', '2013-11-14 10:00:00');
    const { accused } = JSON.parse((await cps('case', CASE, '--json')).out) as { accused: unknown };
    expect(accused).toMatchObject([{ publisherId: '1003', status: 'terminated', points: 0 }]);
  });
});

describe('the feeds of the desk', () => {
  const HEADER =
    'decision_id,step,case_id,decision,publisher_ids,lines_through,lines,amount,approval,against,points,appeal_until,decided_at,decided_by,reason';
  const row = (more: Partial<Record<string, string>>): string => {
    const usual: Record<string, string> = {
      decision_id: `${CASE}-1`,
      step: 'propose',
      case_id: CASE,
      decision: 'forfeit',
      publisher_ids: '1003',
      lines_through: '2013-11-08',
      lines: '4',
      amount: '21.00',
      approval: 'needed',
      against: 'none',
      points: '6',
      appeal_until: '2013-11-27 00:00:00',
      decided_at: '2013-11-11 15:00:00',
      decided_by: 'Chen',
      reason: 'seen',
    };
    return HEADER.split(',')
      .map((name) => more[name] ?? usual[name] ?? '')
      .join(',');
  };
  const approval = (more: Partial<Record<string, string>>): string => {
    const empty = Object.fromEntries(
      [
        'decision',
        'publisher_ids',
        'lines_through',
        'lines',
        'amount',
        'approval',
        'against',
        'points',
        'appeal_until',
        'reason',
      ].map((name) => [name, '']),
    );
    return row({ ...empty, step: 'approve', decided_by: 'Wu', ...more });
  };

  it.each([
    [row({ decision: '' }), 'decision is empty: a proposal says what is to be done'],
    [row({ points: '' }), 'points is empty'],
    [row({ case_id: 'somewhere' }), '"somewhere" is the id of no case'],
    [row({ decision_id: 'X1' }), `must be the case's id and a number, such as ${CASE}-1`],
    [row({ decision: 'reject', points: '0' }), 'cannot be decided with reject'],
    [row({ decision: 'release' }), 'a release punishes nobody'],
    [row({ publisher_ids: '9' }), 'publisher 9 is not known'],
    [row({ lines_through: '2013-11-31' }), 'it must be a day such as'],
    [row({ decided_by: 'C'.repeat(61) }), 'a name of 1 to 60 characters'],
    [approval({}), `decision ${CASE}-1 of case ${CASE} was not proposed`],
    [approval({ lines: '4' }), 'lines is not empty: an approval approves what was proposed'],
    [approval({ publisher_ids: '1003' }), 'publisher_ids is not empty'],
  ])('refuse the case decision %j', async (given, sentence) => {
    expect(await feed('case-decisions', HEADER, given)).toEqual([expect.stringContaining(sentence)]);
  });

  it('hold two people apart, take a decision once, and only the last proposal is approved', async () => {
    const second = { decision_id: `${CASE}-2`, decided_by: 'Zhao' };
    const refused = await feed(
      'case-decisions',
      HEADER,
      row({}),
      row({}),
      row({ reason: 'another' }),
      approval({ decided_by: 'CHEN' }),
      approval({ decided_at: '2013-11-11 14:00:00' }),
      row(second),
      row({ decision_id: `${CASE}-1`, step: 'propose', decided_by: 'Li' }),
      approval({}),
      approval({ ...second, decided_by: 'Wu' }),
      approval({ ...second, decided_by: 'Wu' }),
    );
    expect(refused).toEqual([
      expect.stringContaining('conflict: decision_id'),
      expect.stringContaining('rejected: CHEN proposed decision'),
      expect.stringContaining('rejected: dated before decision'),
      expect.stringContaining('conflict: decision_id'),
      expect.stringContaining('was replaced by a later proposal'),
    ]);
  });

  it('refuse appeals that nobody could lodge or end', async () => {
    await feed('case-decisions', HEADER, row({ approval: 'none' }));
    const refused = await feed(
      'appeals',
      'appeal_id,step,decision_id,publisher_id,at,by,reason',
      'A0,lodge,,1003,2013-11-12 10:00:00,Wei,x',
      'A0,lodge,nothing-1,1003,2013-11-12 10:00:00,Wei,x',
      `A0,lodge,${CASE}-1,1002,2013-11-12 10:00:00,Wei,x`,
      `A0,lodge,${CASE}-1,1003,2013-11-27 00:00:00,Wei,x`,
      'A0,grant,,,2013-11-12 10:00:00,Zhao,x',
      `A1,lodge,${CASE}-1,1003,2013-11-12 10:00:00,Wei,x`,
      `A2,lodge,${CASE}-1,1003,2013-11-12 11:00:00,Wei,x`,
      `A1,grant,${CASE}-1,,2013-11-13 10:00:00,Zhao,x`,
      'A1,grant,,,2013-11-13 10:00:00,Chen,x',
      'A1,grant,,,2013-11-12 09:00:00,Zhao,x',
      'A1,grant,,,2013-11-13 10:00:00,Zhao,x',
      'A1,reject,,,2013-11-14 10:00:00,Zhao,x',
    );
    expect(refused).toEqual(
      [
        'decision_id is empty',
        'decision_id is not empty',
        'no decision to appeal against',
        'is not about publisher 1002',
        'were to be lodged before',
        'no such appeal was lodged',
        'has appealed against decision',
        'Chen decided the case',
        'dated before appeal A1 was lodged',
        'appeal A1 is granted already',
      ].map((sentence) => expect.stringContaining(sentence)),
    );
  });

  it('do not decide lines by themselves: a decision delivered without its risk decisions leaves the case open', async () => {
    await feed('case-decisions', HEADER, row({ approval: 'none' }));
    await runThrough(book, '2013-11-12');
    const { cases } = JSON.parse((await cps('cases', '--json')).out) as { cases: Record<string, unknown>[] };
    expect(cases).toMatchObject([{ id: CASE, open: 4 }]);
  });
});
