/** Documents made up for tests: lines of every kind, frames closed and open, and the bytes a format makes of them. */
import fc from 'fast-check';
import { Calendar } from '../../src/core/calendar.ts';
import { type Document, MOVEMENTS, remembering } from '../../src/core/month/document.ts';
import type { IssuedStatement, MonthLine, PublisherFrame } from '../../src/core/month/month.ts';
import { DOCUMENT_FORMATS, type FormatName } from '../../src/formats/document/index.ts';
import type { Terms } from '../../src/formats/document/told.ts';
import type { Language } from '../../src/formats/words/index.ts';

export const termsIn = (language: Language): Terms => ({
  calendar: new Calendar('Asia/Shanghai'),
  currency: 'CNY',
  digits: 2,
  language,
});

export const lineOf = (given: Partial<MonthLine> = {}): MonthLine => ({
  business_day: '2013-12-11',
  occurred_at: Date.parse('2013-12-11T04:00:00Z'),
  type: 'CommissionSettled',
  subject: 'L1',
  ordinal: 1,
  publisher_id: '1001',
  pid: 'mm_1001_10_100',
  trace: 'same-store',
  click_id: 'c1',
  sub_id: null,
  rate: '0.055',
  commission: 10_00n,
  fee: 1_00n,
  earning: 9_00n,
  amount: 9_00n,
  clicked_at: '2013-12-10T04:00:00Z',
  click_shop: 'tea',
  refund: null,
  decision: null,
  decided_by: null,
  reason: null,
  state: null,
  corrects: null,
  ...given,
});

/** What is no commission: no PID, no rate, no C, F or P. */
export const bareLine = (given: Partial<MonthLine>): MonthLine =>
  lineOf({ pid: null, trace: null, click_id: null, rate: null, commission: null, fee: null, earning: null, ...given });

const amountOf = (lines: readonly MonthLine[]): bigint => lines.reduce((sum, { amount }) => sum + amount, 0n);

/** A publisher's document; lines are handed out in lists of `size`. */
export function statementOf(lines: readonly MonthLine[], given: Partial<PublisherFrame> = {}, size = 5000): Document {
  const frame: PublisherFrame = {
    party: '1001',
    month: '2013-12',
    open: given.issued === undefined || given.issued === null,
    through: '2013-12-31',
    asOf: given.issued?.business_day ?? '2013-12-31',
    opening: 0n,
    name: '小美返利',
    marked: false,
    issued: null,
    payout: null,
    held: 12_34n,
    clearing: 0n,
    returned: 5_00n,
    ...given,
  };
  const event = frame.issued === null ? null : { partition: 3, position: 4711n, hash: 'ab12'.repeat(16) };
  return { kind: 'statement', frame, event, read: remembering(listsOf(lines, size)) };
}

export function deductionsOf(lines: readonly MonthLine[], opening = 0n, size = 5000): Document {
  const closed = { open: false, through: '2013-12-31', asOf: '2014-01-20' };
  const frame = { party: 's1', month: '2013-12', ...closed, opening };
  return { kind: 'deductions', frame, event: null, read: remembering(listsOf(lines, size)) };
}

function listsOf(lines: readonly MonthLine[], size: number) {
  return async function* (): AsyncGenerator<readonly MonthLine[]> {
    for (let at = 0; at < lines.length; at += size) yield lines.slice(at, at + size);
  };
}

/** A statement that was issued for these lines. */
export function issuedOf(opening: bigint, lines: readonly MonthLine[], given: Partial<IssuedStatement> = {}) {
  const nothing = { earnings: 0n, reversals: 0n, releases: 0n, forfeitures: 0n, adjustments: 0n, tax: 0n, payouts: 0n };
  const figures = { gross: 0n, tax_due: 0n, returned: 0n, payout: 0n, disposition: 'carried' as const };
  const closing = opening + amountOf(lines);
  return { month: '2013-12', opening, ...nothing, closing, ...figures, business_day: '2014-01-20', ...given };
}

export async function bytesOf(document: Document, format: FormatName, language: Language = 'en'): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of DOCUMENT_FORMATS[format].write(document, termsIn(language)))
    pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const word = fc.oneof(
  fc.constantFrom('', '=1+1', '@x', '小美', 'a,b', '"q"', '<b>&amp;', 'line\nend', '\u0007', '工具栏自己会点击。'),
  fc.string({ maxLength: 40 }),
);
const id = fc.oneof(fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/), fc.constantFrom('0012', '123456789012345678'));
const money = fc.bigInt({ min: -1_000_000_000_00n, max: 1_000_000_000_00n });

function anyLine(kind: Document['kind']): fc.Arbitrary<MonthLine> {
  return fc
    .record({
      type: fc.constantFrom(...MOVEMENTS[kind].flatMap(([, type]) => type ?? [])),
      day: fc.integer({ min: 1, max: 31 }),
      subject: id,
      trace: fc.constantFrom('same-store', 'cross-store', 'coupon'),
      rate: fc.integer({ min: 1, max: 900_000 }).map((ppm) => `0.${String(ppm).padStart(6, '0')}`.replace(/0+$/, '')),
      commission: money,
      fee: money,
      amount: money,
      reason: word,
      state: fc.constantFrom('confirmed', 'failed', 'instructed'),
    })
    .map(({ type, day, subject, trace, rate, commission, fee, amount, reason, state }) => {
      const at = { type, subject, amount, business_day: `2013-12-${String(day).padStart(2, '0')}` };
      if (!type.startsWith('Commission')) {
        const isInstruction = type === 'PayoutInstructed' || type === 'DeductionInstructed';
        return bareLine({ ...at, reason, state: isInstruction ? state : null });
      }
      const corrects = type === 'CommissionSettled' ? null : `2013-11-27.CommissionSettled.${subject}.1`;
      const refund = type === 'CommissionReversed' ? 'R1' : null;
      return lineOf({ ...at, trace, rate, commission, fee, earning: commission - fee, corrects, refund, reason });
    });
}

/** Any document: statement or deductions, open or closed, short lists or one. */
export const anyDocument: fc.Arbitrary<{ document: Document; lines: readonly MonthLine[] }> = fc
  .constantFrom('statement' as const, 'deductions' as const)
  .chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      lines: fc.array(anyLine(kind), { maxLength: 60 }),
      opening: money,
      size: fc.constantFrom(1, 7, 5000),
      name: word,
      closed: fc.boolean(),
    }),
  )
  .map(({ kind, lines, opening, size, name, closed }) => {
    if (kind === 'deductions') return { document: deductionsOf(lines, opening, size), lines };
    const issued = closed ? issuedOf(opening, lines) : null;
    return { document: statementOf(lines, { opening, name, issued }, size), lines };
  });
