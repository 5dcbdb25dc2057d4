/** Laws of cases without a database: what a case gathers, in any order, and what is left of points and of lines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, Calendar } from '../../src/core/calendar.ts';
import { CaseFold, type CaseLine, isOpen } from '../../src/core/cases/case.ts';
import { approve, type CaseFile, propose } from '../../src/core/cases/decide.ts';
import { type Decision, holds, ordinalOf, pendingOf, pointsOf } from '../../src/core/cases/decision.ts';
import { caseOf, disputeCase, parseCaseId } from '../../src/core/cases/pattern.ts';
import { isOtherId } from '../../src/core/ids.ts';
import { alimama2013 } from '../../src/core/policy/policy.ts';
import { type FiredSignal, SIGNALS } from '../../src/core/signals/index.ts';

const CALENDAR = new Calendar('Asia/Shanghai');
const POLICY = alimama2013(2);
const TERMS = { policy: POLICY, calendar: CALENDAR, today: '2013-12-20' };

const partyId = fc.stringMatching(/^[A-Za-z0-9-]{1,24}$/, { size: 'max' });
const host = fc.stringMatching(/^[a-z0-9]{1,40}\.[a-z]{2,6}$/, { size: 'max' });

const signal = fc.record({
  signal: fc.constantFrom(...SIGNALS.map(({ name }) => name)),
  action: fc.constantFrom('flag' as const, 'hold' as const),
  host: fc.constantFrom('pop.example', 'bad.example'),
});
const signals = fc.uniqueArray(signal, { selector: (one) => one.signal, minLength: 1, maxLength: 4 }).map((list) =>
  list.map(({ signal, action, host }): FiredSignal => {
    return signal === 'referrer-mismatch'
      ? { signal, action, evidence: { referrer: `http://${host}/x`, host, domain: 's.example' } }
      : { signal, action, evidence: null };
  }),
);

const line = fc
  .record({
    day: fc.integer({ min: 0, max: 60 }),
    publisher: fc.integer({ min: 1, max: 3 }),
    zone: fc.integer({ min: 1, max: 2 }),
    buyer: fc.integer({ min: 1, max: 4 }),
    signals,
    state: fc.constantFrom('attributed' as const, 'settled' as const, 'voided' as const, 'forfeited' as const),
    released: fc.boolean(),
    answered: fc.boolean(),
    commission: fc.integer({ min: 1, max: 5000 }),
  })
  .map((seed): Omit<CaseLine, 'orderLineId'> => {
    const isHeld = seed.signals.some(({ action }) => action === 'hold');
    const isSettled = seed.state === 'settled';
    const commission = BigInt(seed.commission);
    const fee = commission / 10n;
    return {
      businessDay: addDays('2013-11-01', seed.day),
      paidAt: 0,
      paid: commission * 10n,
      buyer: `b${seed.buyer}`,
      shop: 's',
      sellerId: 's1',
      publisherId: String(seed.publisher),
      pid: `mm_${seed.publisher}_${seed.publisher}_${seed.publisher}${seed.zone}`,
      click: null,
      signals: seed.signals,
      state: seed.state,
      hold: isHeld ? (seed.released && isSettled ? 'released' : 'held') : 'none',
      restored: false,
      answered: seed.answered,
      estimate: commission,
      commission: isSettled ? commission : 0n,
      fee: isSettled ? fee : 0n,
      earning: isSettled ? commission - fee : 0n,
    };
  });
const lines = fc
  .array(line, { maxLength: 40 })
  .map((list) => list.map((one, i): CaseLine => ({ orderLineId: `L${i}`, ...one })));

function gathered(list: readonly CaseLine[]) {
  const folds = new Map<string, CaseFold>();
  for (const one of list) {
    const key = caseOf(one);
    if (key === undefined) throw new Error('a line with signals has no case');
    const fold = folds.get(key.id) ?? new CaseFold(key, []);
    folds.set(key.id, fold);
    fold.add(one);
  }
  return [...folds.values()].map((fold) => fold.summary(TERMS)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe('cases', () => {
  it('are the same in whatever order their lines are looked at', () => {
    fc.assert(
      fc.property(
        lines.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(gathered(shuffled)).toEqual(gathered(list));
        },
      ),
    );
  });

  it('hold every line that is under a hold and unanswered, once, in one that is open, with all that is at stake', () => {
    fc.assert(
      fc.property(lines, (list) => {
        const cases = gathered(list);
        const open = list.filter((one) => {
          const undecided = one.state === 'attributed' || one.state === 'settled';
          return undecided && one.hold !== 'released' && !one.answered;
        });
        expect(cases.reduce((sum, one) => sum + one.open, 0)).toBe(open.length);
        for (const { id, first, last, lines, buyers, deadline } of cases) {
          const own = list.filter((one) => caseOf(one)?.id === id);
          const days = own.map((one) => one.businessDay).sort();
          expect({ first, last, lines }).toEqual({ first: days[0], last: days.at(-1), lines: own.length });
          expect(buyers).toBe(new Set(own.map((one) => one.buyer)).size);
          const waits = open.filter((one) => own.includes(one)).map((one) => one.businessDay);
          expect(deadline).toBe(waits.length === 0 ? null : addDays(waits.sort()[0] ?? '', POLICY.caseDeadlineDays));
        }
        for (const one of open) {
          const home = cases.filter(({ id }) => id === caseOf(one)?.id);
          expect(home).toHaveLength(1);
          expect(['open', 'overdue']).toContain(home[0]?.state);
        }
        const sum = (of: (one: CaseLine) => bigint): bigint => open.reduce((all, one) => all + of(one), 0n);
        const of = (name: 'held' | 'commission' | 'fee' | 'estimate') =>
          cases.reduce((all, one) => all + one[name], 0n);
        expect(of('commission')).toBe(sum((one) => one.commission));
        expect(of('fee')).toBe(sum((one) => one.fee));
        expect(of('held')).toBe(sum((one) => (one.hold === 'held' ? one.earning : 0n)));
        expect(of('estimate')).toBe(sum((one) => (one.state === 'attributed' ? one.estimate : 0n)));
      }),
    );
  });

  it('have ids that read back, short enough for their decisions and appeals, whatever adzone, host or dispute', () => {
    const key = fc.record({ zone: partyId, name: host });
    fc.assert(
      fc.property(key, ({ zone, name }) => {
        const evidence = { referrer: `http://${name}/x`, host: name, domain: 's.example' };
        const ids = [
          caseOf({
            pid: `mm_1_1_${zone}`,
            businessDay: '2013-11-30',
            signals: [{ signal: 'overwritten-click', action: 'hold', evidence: null }],
          }),
          caseOf({
            pid: '',
            businessDay: '2013-11-30',
            signals: [{ signal: 'referrer-mismatch', action: 'hold', evidence }],
          }),
        ].map((one) => one?.id ?? '');
        for (const id of ids) {
          expect(isOtherId(`${id}-9999.9999`)).toBe(true);
          expect(parseCaseId(id)).toMatchObject({ month: '2013-11' });
        }
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/, { size: 'max' }), (dispute) => {
        const { id } = disputeCase(dispute, 'L1');
        expect(isOtherId(`${id}-9999.9999`)).toBe(true);
        expect(parseCaseId(id)).toEqual({ pattern: 'dispute', month: null });
      }),
    );
  });

  it('of two lines are one exactly when pattern, PID or host, and month are', () => {
    const [a, b] = ['mm_1_1_7', 'mm_2_2_8'];
    const fired = (name: 'overwritten-click' | 'fast-order', action: 'hold' | 'flag' = 'hold'): FiredSignal[] => [
      { signal: name, action, evidence: null },
    ];
    const id = (pid: string, day: string, list: FiredSignal[]) => caseOf({ pid, businessDay: day, signals: list })?.id;
    expect(id(a, '2013-11-01', fired('fast-order'))).toBe(id(a, '2013-11-30', fired('fast-order', 'flag')));
    expect(id(a, '2013-11-01', fired('fast-order'))).not.toBe(id(a, '2013-12-01', fired('fast-order')));
    expect(id(a, '2013-11-01', fired('fast-order'))).not.toBe(id(b, '2013-11-01', fired('fast-order')));
    const both = [...fired('fast-order', 'hold'), ...fired('overwritten-click', 'flag')];
    expect(id(a, '2013-11-01', both)).toBe(id(a, '2013-11-01', fired('fast-order')));
  });
});

const ORDER = { by: 'Chen', at: Date.UTC(2013, 11, 20), reason: 'seen', against: 'none' as const, points: null };

function fileOf(list: readonly CaseLine[], decisions: readonly Decision[] = []): CaseFile | undefined {
  const [first] = list;
  const key = first === undefined ? undefined : caseOf(first);
  if (key === undefined) return undefined;
  const own = list.filter((one) => caseOf(one)?.id === key.id);
  const fold = new CaseFold(key, decisions);
  for (const one of own) fold.add(one);
  return { summary: fold.summary(TERMS), lines: own, decisions };
}

describe('deciding', () => {
  const terms = { policy: POLICY, calendar: CALENDAR, digits: 2, lastRunDay: '2013-12-19' };

  it('answers every open line once and no other, with one id, and nobody above the threshold alone', () => {
    fc.assert(
      fc.property(
        lines,
        fc.constantFrom('release' as const, 'forfeit' as const),
        fc.integer({ min: 0, max: 9000 }),
        (list, decision, above) => {
          const file = fileOf(list);
          if (file === undefined) return;
          const open = file.lines.filter((one) => isOpen(one, file.summary, []));
          const ruling = propose(
            file,
            { ...ORDER, decision },
            { ...terms, policy: { ...POLICY, approvalAbove: BigInt(above) } },
          );
          if (open.length === 0) {
            expect(ruling).toContain('no open line');
            return;
          }
          if (typeof ruling === 'string') throw new Error(ruling);
          const stake = open.reduce((sum, one) => sum + (one.state === 'settled' ? one.commission : one.estimate), 0n);
          expect(ruling.holds).toBe(stake <= BigInt(above));
          expect(ruling.decision).toMatchObject({ amount: stake, lines: open.length });
          const answered = ruling.parts.find(({ feed }) => feed === 'risk-decisions')?.rows ?? [];
          const ids = open.map((one) => one.orderLineId);
          expect(answered.map((row) => row['order_line_id'])).toEqual(ruling.holds ? ids : []);
          if (ruling.holds) return;
          const asked = { ...file, decisions: [ruling.decision] };
          expect(approve(asked, 'chen ', ORDER.at)).toContain('somebody else');
          const second = approve(asked, 'Wu', ORDER.at);
          if (typeof second === 'string') throw new Error(second);
          const rows = second.parts.find(({ feed }) => feed === 'risk-decisions')?.rows ?? [];
          expect(rows.map((row) => row['order_line_id'])).toEqual(ids);
          expect(new Set(rows.map((row) => row['decision_id']))).toEqual(new Set([ruling.decision.decisionId]));
        },
      ),
    );
  });

  it('approves what was proposed about, and not what came to the case since', () => {
    const [one] = fc.sample(line, { seed: 1, numRuns: 1 });
    if (one === undefined) throw new Error('no line');
    const open = {
      ...one,
      state: 'attributed' as const,
      hold: 'held' as const,
      answered: false,
      businessDay: '2013-11-05',
    };
    const old = { orderLineId: 'L1', ...open };
    const fresh = { orderLineId: 'L2', ...open, businessDay: '2013-11-06' };
    const needed = { ...terms, lastRunDay: '2013-11-05', policy: { ...POLICY, approvalAbove: 0n } };
    const ruling = propose(fileOf([old]) ?? never(), { ...ORDER, decision: 'forfeit' }, needed);
    if (typeof ruling === 'string') throw new Error(ruling);
    const second = approve(fileOf([old, fresh], [ruling.decision]) ?? never(), 'Wu', ORDER.at);
    if (typeof second === 'string') throw new Error(second);
    expect(second.parts.find(({ feed }) => feed === 'risk-decisions')?.rows).toHaveLength(1);
  });

  it('sums points of what holds and was not appealed against with success', () => {
    const decision = fc.record({
      points: fc.integer({ min: 0, max: 20 }),
      needsApproval: fc.boolean(),
      isApproved: fc.boolean(),
      publishers: fc.subarray(['1', '2']),
      granted: fc.subarray(['1', '2']),
    });
    fc.assert(
      fc.property(fc.array(decision, { maxLength: 8 }), (seeds) => {
        const decisions = seeds.map((seed, i): Decision => {
          const decisionId = `fast-order.7.201311-${i + 1}`;
          const end = { outcome: 'granted' as const, at: 2, by: 'Zhao', reason: '' };
          return {
            decisionId,
            caseId: 'fast-order.7.201311',
            decision: 'forfeit',
            publishers: seed.publishers,
            linesThrough: '2013-11-05',
            lines: 1,
            amount: 1n,
            needsApproval: seed.needsApproval,
            against: 'none',
            points: seed.points,
            appealUntil: 9,
            proposed: { at: 1, by: 'Chen' },
            approved: seed.isApproved ? { at: 1, by: 'Wu' } : null,
            reason: '',
            appeals: seed.granted.map((publisherId) => {
              return { appealId: publisherId, decisionId, publisherId, lodgedAt: 1, lodgedBy: '', reason: '', end };
            }),
          };
        });
        for (const id of ['1', '2']) {
          let expected = 0;
          for (const seed of seeds) {
            const counts = (!seed.needsApproval || seed.isApproved) && seed.publishers.includes(id);
            if (counts && !seed.granted.includes(id)) expected += seed.points;
          }
          expect(pointsOf(id, decisions)).toBe(expected);
        }
        const last = decisions.at(-1);
        expect(pendingOf([...decisions].reverse())).toEqual(last !== undefined && !holds(last) ? last : undefined);
        if (last !== undefined) expect(ordinalOf(last)).toBe(decisions.length);
      }),
    );
  });
});

function never(): never {
  throw new Error('a line without a case');
}
