/**
 * How a payout stands, from every order of files and results, as of a night and as it is known now; and which days no bank file
 * covers.
 */
import { describe, expect, it } from 'vitest';
import { type PaymentFacts, standingOf } from '../../src/core/bank/standing.ts';
import { Calendar } from '../../src/core/calendar.ts';
import { uncovered } from '../../src/core/reconcile/coverage.ts';
import { standingText } from '../../src/formats/standing.ts';

const calendar = new Calendar('Asia/Shanghai');
const at = (day: string, hour = 10): number => Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00+08:00`);

const INSTRUCTED: PaymentFacts = { instructionId: 'P-1', kind: 'payout', day: '2013-12-20', files: [], results: [] };
const SENT: PaymentFacts = { ...INSTRUCTED, files: [{ fileId: 'F-1', at: at('2013-12-21'), cancelledAt: null }] };
const confirmed = { status: 'confirmed', at: at('2013-12-21', 12), reason: '', night: '2013-12-21' } as const;
const returned = { status: 'returned', at: at('2013-12-25'), reason: 'no such account', night: '2013-12-26' } as const;
const CAME_BACK: PaymentFacts = { ...SENT, results: [confirmed, returned] };

describe('a payout', () => {
  it.each<[string, PaymentFacts, string, boolean, string, string, string]>([
    ['instructed', INSTRUCTED, '2013-12-20', true, 'instructed', 'instructed on 2013-12-20', '2013-12-20 已发指令'],
    [
      'instructed',
      INSTRUCTED,
      '2013-12-23',
      true,
      'instructed',
      'instructed on 2013-12-20, no result by 2013-12-23',
      '2013-12-20 已发指令，至 2013-12-23 尚无回执',
    ],
    ['sent', SENT, '2013-12-21', true, 'sent', 'sent on 2013-12-21 in F-1', '2013-12-21 已写入付款文件 F-1'],
    [
      'not sent before its file was written',
      SENT,
      '2013-12-20',
      false,
      'instructed',
      'instructed on 2013-12-20',
      '2013-12-20 已发指令',
    ],
    ['confirmed', CAME_BACK, '2013-12-21', false, 'confirmed', 'confirmed on 2013-12-21', '2013-12-21 已到账'],
    [
      'confirmed, and its return waits for the night',
      CAME_BACK,
      '2013-12-25',
      true,
      'confirmed',
      'confirmed on 2013-12-21; returned on 2013-12-25: no such account (delivered, booked by the night of 2013-12-26)',
      '2013-12-21 已到账；2013-12-25 退回：no such account（已送达，由 2013-12-26 日结入账）',
    ],
    [
      'returned',
      CAME_BACK,
      '2013-12-26',
      true,
      'returned',
      'returned on 2013-12-25: no such account',
      '2013-12-25 退回：no such account',
    ],
  ])('is %s', (_, facts, asOf, isNow, state, en, zh) => {
    const standing = standingOf(facts, asOf, isNow, calendar);
    expect(standing.state).toBe(state);
    expect(standingText(standing, 'en')).toBe(en);
    expect(standingText(standing, 'zh')).toBe(zh);
  });

  it('is sent no more once its file was cancelled, and is in the one written after it', () => {
    const files = [{ fileId: 'F-1', at: at('2013-12-21'), cancelledAt: at('2013-12-22') }];
    expect(standingOf({ ...SENT, files }, '2013-12-21', false, calendar).sent?.fileId).toBe('F-1');
    expect(standingOf({ ...SENT, files }, '2013-12-22', false, calendar).state).toBe('instructed');
    const again = [...files, { fileId: 'F-2', at: at('2013-12-23'), cancelledAt: null }];
    expect(standingOf({ ...SENT, files: again }, '2013-12-23', false, calendar).sent?.fileId).toBe('F-2');
  });

  it('is overdue from the day after its value date, until a result of it is booked', () => {
    const days = (facts: PaymentFacts, asOf: string) => standingOf(facts, asOf, true, calendar).overdue;
    expect(days(SENT, '2013-12-21')).toBe(0);
    expect(days(SENT, '2013-12-22')).toBe(1);
    expect(days(CAME_BACK, '2014-01-22')).toBe(0);
  });
});

describe('a day that no bank file covers', () => {
  const statement = (since: string, through: string, opening = 0n, closing = 0n) => ({
    ...{ account: 'A', since: at(since, 0), through: at(through, 0), opening, closing },
  });
  const days = (statements: ReturnType<typeof statement>[]) =>
    uncovered(statements, '2013-12-06', '2013-12-20', calendar).map(
      ({ account, from, through }) => `${account} ${from} ${through}`,
    );

  it('is each where there is no file, and none where files are whole', () => {
    expect(days([])).toEqual(['null 2013-12-06 2013-12-20']);
    expect(days([statement('2013-12-06', '2013-12-21')])).toEqual([]);
    expect(days([statement('2013-12-11', '2013-12-21'), statement('2013-12-06', '2013-12-11')])).toEqual([]);
  });

  it('lies before the first file, between two that do not join, or behind the last', () => {
    expect(days([statement('2013-12-08', '2013-12-21')])).toEqual(['null 2013-12-06 2013-12-07']);
    const gap = [statement('2013-12-01', '2013-12-10', 0n, 5n), statement('2013-12-12', '2013-12-18', 6n, 6n)];
    expect(days(gap)).toEqual(['A 2013-12-10 2013-12-11', 'A 2013-12-18 2013-12-20']);
  });

  it('is none between two files of which the later opens with what the earlier closed with', () => {
    const weekend = [statement('2013-12-01', '2013-12-14', 0n, 5n), statement('2013-12-16', '2013-12-21', 5n, 6n)];
    expect(days(weekend)).toEqual([]);
  });
});
