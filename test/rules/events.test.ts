/**
 * What has to stand beside each event's record, for every record there is: a new event fails here, by its name, until it
 * has it. What the compiler asks for by itself (a posting, a section of explain, words) is not asked again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { due, payable } from '../../src/core/accounts.ts';
import type { Event } from '../../src/core/events/event.ts';
import { EVENTS, LINE_BEGINNINGS, typesWhere } from '../../src/core/events/index.ts';
import { earlier, event, readAs, writeBody } from '../../src/core/events/record.ts';
import { money, text } from '../../src/core/events/shape.ts';
import { post } from '../../src/core/ledger.ts';
import { EVENTS as WORDS } from '../../src/formats/words/events.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NAMES = EVENTS.map(({ name }) => name).sort();

/** What shows an event that no journal names; null, and why, of one that no scenario can show. */
const SHOWN: Readonly<Record<string, RegExp | null>> = {
  PolicyAdopted: /^```policy$/m,
  // Every night has these, or the first has, and nothing in a scenario tells of them but that a night was run.
  BookOpened: /^```run /m,
  DeliveriesSealed: /^```run /m,
  DayOpened: /^```run /m,
  RunCompleted: /^```run /m,
  OrderAttributed: /^L\d+ +attributed /m,
  OrderUnattributed: /^L\d+ +unattributed /m,
  LineBroughtIn: /^```feed openings$/m,
  StatementIssued: /^Statement of publisher /m,
  CaseDecided: /^```decide /m,
  DisputeOpened: /^```feed disputes$/m,
  AppealLodged: /^```appeal /m,
  AppealDecided: /granted/,
  BreakNoted: /^```note /m,
  // A payment file is written by a command, and no scenario has that: test/cli/bank.test.ts does.
  PaymentFileWritten: null,
  PaymentFileCancelled: null,
};

/** The accounts that an event can move, whatever its body says. */
function accountsOf(type: Event['type']): Set<string> {
  const accounts = new Set<string>();
  for (const account of ['payable', 'held', 'clearing', 'returned', 'due', undefined]) {
    const waits = account === 'clearing' ? '2013-12-18' : undefined;
    const named: Readonly<Record<string, string | undefined>> = { pocket: account, account, clears_on: waits };
    const body = new Proxy({}, { get: (_, key) => (String(key) in named ? named[String(key)] : 1n) });
    const stamp = { businessDay: '2013-12-11', occurredAt: 0, subject: 'x', sellerId: 's', publisherId: 'p' };
    try {
      for (const { debit, credit } of post({ type, ...stamp, body } as unknown as Event))
        accounts.add(debit).add(credit);
    } catch {
      // No pocket or account of this name is this event's.
    }
  }
  return accounts;
}

describe('each event', () => {
  it('has a name of its own', () => {
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });

  it('is a type that the database knows, and the database knows no other', () => {
    const schema = readFileSync(join(ROOT, 'migrations/schema.sql'), 'utf8');
    const [, listed = ''] = /^ {2}event_type: (.*)$/m.exec(schema) ?? [];
    expect(
      listed
        .split(', ')
        .map((name) => name.slice(1, -1))
        .sort(),
    ).toEqual(NAMES);
  });

  it('is called something in Chinese and in English, and nothing else is', () => {
    expect(Object.keys(WORDS).sort()).toEqual(NAMES.map((name) => `event-${name}`));
    for (const [name, words] of Object.entries(WORDS))
      expect([name, words.every((word: string) => word !== '')]).toEqual([name, true]);
  });

  it('stands in a sum of the statement if it moves a payable, in one of the deductions if it moves a due', () => {
    const moving = (account: string) => NAMES.filter((name) => accountsOf(name).has(account));
    expect(typesWhere(({ statement }) => statement !== undefined).sort()).toEqual(moving(payable('p')));
    expect(typesWhere(({ deductions }) => deductions !== undefined).sort()).toEqual(moving(due('s')));
  });

  it('is told to those whose account it moves', () => {
    const silent = typesWhere(
      ({ news, statement, deductions }) => news === null && (statement ?? deductions) !== undefined,
    );
    // A tax is told with the payout that it is withheld of.
    expect(silent).toEqual(['TaxWithheld']);
  });

  it('happens in a scenario', () => {
    const folder = join(ROOT, 'scenarios');
    const scenarios = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const isSeen = (name: string): boolean => {
      const shown = SHOWN[name] ?? new RegExp(`\\b${name}\\b`);
      return shown !== null && scenarios.some((words) => shown.test(words));
    };
    expect(NAMES.filter((name) => SHOWN[name] !== null && !isSeen(name))).toEqual([]);
  });

  it('begins a line only where it is of one', () => {
    expect(LINE_BEGINNINGS).toEqual(typesWhere(({ begins }) => begins === true));
  });
});

describe('an event of a second version', () => {
  const first = event('GiftGiven', { amount: money }, { home: 'publisher', news: null });
  const second = event(
    'GiftGiven',
    { amount: money, reason: text },
    {
      home: 'publisher',
      news: null,
      version: 2,
      earlier: { 1: earlier({ amount: money }, ({ amount }) => ({ amount, reason: 'none was asked for' })) },
    },
  );

  it('is written in its own version, and read in the one it was written in', () => {
    const old = writeBody(first, { amount: 1250n }, 2);
    expect(old).toBe('{"v":1,"amount":"12.50"}');
    expect(readAs(second, old, 2)).toEqual({ amount: 1250n, reason: 'none was asked for' });
    const today = writeBody(second, { amount: 1250n, reason: 'a prize' }, 2);
    expect(today).toBe('{"v":2,"amount":"12.50","reason":"a prize"}');
    expect(readAs(second, today, 2)).toEqual({ amount: 1250n, reason: 'a prize' });
  });

  it('is not read as a version that it is not of, nor as one that nobody knows', () => {
    expect(readAs(second, '{"v":1,"amount":"12.50","reason":"a prize"}', 2)).toEqual({ unreadable: 'body.reason' });
    expect(readAs(second, '{"v":2,"amount":"12.50"}', 2)).toEqual({ unreadable: 'body.reason' });
    for (const body of ['{"v":3,"amount":"12.50"}', '{"amount":"12.50"}', '{"v":01,"amount":"12.50"}'])
      expect(readAs(second, body, 2)).toEqual({ unreadable: 'body.v' });
  });
});
