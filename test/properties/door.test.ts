/** What people type and deliver, bent in every way: the policy loader and the cell parsers answer with a value or a sentence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, Calendar, firstDayOf, isoOf, lastDayOf, monthOf, nextMonth } from '../../src/core/calendar.ts';
import { Fault, parseRow } from '../../src/core/feeds/feed.ts';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { formatMoney, parseMoney, parseRate, share } from '../../src/core/money.ts';
import { alimama2013, parsePolicy, policyText } from '../../src/core/policy/policy.ts';
import { BOOKS } from '../books/play.ts';

const terms = { calendar: new Calendar('Asia/Shanghai'), digits: 2 };
const NASTY = [
  '',
  ' ',
  '\0',
  '-',
  '-0',
  '1e309',
  'NaN',
  'Infinity',
  '0x10',
  '１２',
  '12.345',
  '1,000.00',
  '+1',
  '.5',
  '5.',
  '00012.3',
  '9999-12-31 00:00:00',
  '2013-02-29 00:00:00',
  '2013-12-10 24:00:00',
  '2013-12-10 23:59:60',
  '2013-12-10',
  '10/12/2013',
  '2013-12-10T10:00:00+15:00',
  '2013-12-10 10:00:00.1234',
  'a b',
  'a:b',
  "'; drop table log; --",
  '=1+1',
  '\u202e',
  '💸',
  'x'.repeat(9000),
];
const cell = fc.oneof(fc.constantFrom(...NASTY), fc.string(), fc.string({ unit: 'binary' }), fc.constant(null));

describe('a cell', () => {
  it('becomes a value or one sentence that names its column, whatever it holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FEEDS), fc.array(cell, { maxLength: 12 }), (feed, cells) => {
        const row = parseRow(feed, cells, terms);
        if (!(row instanceof Fault)) return;
        const { reason, column } = row;
        expect(reason).not.toContain('\n');
        expect(reason.length).toBeLessThan(300);
        expect(Object.keys(feed.columns).some((name) => reason.includes(name))).toBe(true);
        if (column !== null) expect(reason.startsWith(`${column} is `)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(NASTY.filter((text) => !['00012.3'].includes(text)))('is no amount, rate, instant or count: %j', (text) => {
    expect(parseMoney(text, 2)).toBe(text === '-0' ? 0n : undefined);
    expect(parseRate(text)).toBeUndefined();
    expect(terms.calendar.parse(text)).toBeUndefined();
  });

  it('reads amounts it wrote, and rounds half away from zero', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n) + 1n, max: 10n ** 12n - 1n }),
        fc.constantFrom(0, 2, 3),
        (amount, digits) => {
          expect(parseMoney(formatMoney(amount, digits), digits)).toBe(amount);
        },
      ),
    );
    expect(share(50n, '0.01')).toBe(1n);
    expect(share(49n, '0.01')).toBe(0n);
    expect(share(-50n, '0.01')).toBe(-1n);
    expect(share(39900n, '0.045')).toBe(1796n);
    expect(share(1980n, '0.091', '0.1')).toBe(18n);
  });
});

describe('an instant', () => {
  const zones = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'];
  it('reads as it was written, and lies in its own half-open day, in every zone', () => {
    const moment = fc.integer({ min: Date.UTC(1990, 0, 2), max: Date.UTC(2099, 11, 30) });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (at, zone) => {
        const calendar = new Calendar(zone);
        expect(calendar.parse(calendar.format(at))).toBe(at);
        const day = calendar.dayOf(at);
        expect(calendar.startOf(day) <= at && at < calendar.endOf(day)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('means the same with a fraction of nothing, whatever is typed: the quick way reads as the expression does', () => {
    const two = fc.integer({ min: 0, max: 65 }).map((part) => String(part).padStart(2, '0'));
    const year = fc.integer({ min: 1985, max: 2105 }).map(String);
    const typed = fc
      .tuple(year, two, two, fc.constantFrom(' ', 'T', 't'), two, two, two)
      .map(
        ([years, month, day, between, hour, minute, second]) =>
          `${years}-${month}-${day}${between}${hour}:${minute}:${second}`,
      );
    const likely = fc
      .date({ min: new Date('1989-12-01'), max: new Date('2100-02-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 19));
    const spoilt = fc
      .tuple(likely, fc.nat({ max: 18 }), fc.constantFrom('x', ' ', '٣', '-', ':', '/', ';', '0', '3'))
      .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(typed, likely, spoilt), fc.constantFrom(...zones), (text, zone) => {
        const calendar = new Calendar(zone);
        expect(calendar.parse(text)).toBe(calendar.parse(`${text}.0`));
      }),
      { numRuns: 5000 },
    );
  });

  it('takes the first of two equal clock readings, and moves one that does not exist on', () => {
    const newYork = new Calendar('America/New_York');
    expect(newYork.parse('2013-11-03 01:30:00')).toBe(Date.UTC(2013, 10, 3, 5, 30));
    expect(newYork.parse('2013-03-10 02:30:00')).toBe(Date.UTC(2013, 2, 10, 7, 30));
    expect(newYork.endOf('2013-11-03') - newYork.startOf('2013-11-03')).toBe(25 * 3_600_000);
  });
});

describe('a policy', () => {
  it('reads back as it was written', () => {
    const policy = alimama2013(2);
    expect(parsePolicy(policyText(policy, 2), 2)).toEqual(policy);
  });

  it.each([
    ['[]', 'not a JSON object'],
    ['{', 'not JSON'],
    ['{"payday": 20}', '"payday" is no setting'],
    ['{"payDay": 29}', 'payDay is "29"'],
    ['{"payDay": "20"}', 'payDay is'],
    ['{"serviceFeeRate": 0.1}', 'in quotes'],
    ['{"serviceFeeRate": "1.01"}', 'serviceFeeRate'],
    ['{"minimumPayout": "0.001"}', 'minimumPayout'],
    ['{"planPrecedence": ["event", "event", "general"]}', 'planPrecedence'],
    ['{"actions": {"slow-order": "hold"}}', 'slow-order'],
    ['{"actions": {"fast-order": "explode"}}', 'fast-order'],
    ['{"fallThrough": 1}', 'fallThrough'],
    ['{"preset": "jd-2018"}', 'preset'],
    ['{"__proto__": {"payDay": 5}}', '__proto__'],
    ['{"constructor": 1}', 'constructor'],
  ])('%s is refused in a sentence: %s', (text, says) => {
    expect(parsePolicy(text, 2)).toEqual(expect.stringContaining(says));
  });

  it('never throws and never takes what it does not know, from mutated real files', () => {
    const real = [
      ...BOOKS.map((home) => readFileSync(join(home, 'policy.json'), 'utf8')),
      policyText(alimama2013(2), 2),
    ];
    const cut = fc.record({
      text: fc.constantFrom(...real),
      at: fc.nat(600),
      drop: fc.nat(8),
      put: fc.string({ maxLength: 6 }),
    });
    fc.assert(
      fc.property(cut, ({ text, at, drop, put }) => {
        const policy = parsePolicy(text.slice(0, at) + put + text.slice(at + drop), 2);
        if (typeof policy === 'string') expect(policy.length).toBeGreaterThan(10);
        else expect(Object.keys(policy).sort()).toEqual(Object.keys(alimama2013(2)).sort());
      }),
      { numRuns: 5000 },
    );
  });
});

describe('days and months', () => {
  it('follow each other, and instants are written as the runtime writes them', () => {
    const moment = fc.integer({ min: Date.UTC(1990, 0, 2), max: Date.UTC(2099, 10, 30) });
    fc.assert(
      fc.property(moment, (at) => {
        const day = new Date(at).toISOString().slice(0, 10);
        expect(isoOf(at)).toBe(new Date(at).toISOString());
        expect(addDays(addDays(day, 1), -1)).toBe(day);
        expect(addDays(day, 1)).toBe(new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10));
        expect(addDays(lastDayOf(monthOf(day)), 1)).toBe(firstDayOf(nextMonth(monthOf(day))));
        expect(lastDayOf(monthOf(day)) >= day).toBe(true);
      }),
    );
    expect(lastDayOf('2012-02')).toBe('2012-02-29');
    expect(nextMonth('2013-12')).toBe('2014-01');
  });
});
