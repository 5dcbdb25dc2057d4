/** A month's csv and json from lines given: balances run, documents parse, and no cell starts a formula. */
import { expect, it } from 'vitest';
import { Calendar } from '../../src/core/calendar.ts';
import { type MonthFrame, type MonthLine, MonthTotals } from '../../src/core/month.ts';
import { monthCsv, monthJson } from '../../src/formats/month.ts';

const showing = { calendar: new Calendar('Asia/Shanghai'), currency: 'CNY', digits: 2 };
const frame: MonthFrame = {
  party: '1001',
  month: '2013-12',
  open: true,
  through: '2013-12-11',
  asOf: '2013-12-11',
  opening: -1_00n,
};

const adjusted = (ordinal: number, amount: bigint, reason: string): MonthLine => ({
  business_day: '2013-12-11',
  occurred_at: Date.parse('2013-12-11T04:00:00Z'),
  type: 'AdjustmentPosted',
  subject: '1001-2013-12',
  ordinal,
  publisher_id: '1001',
  pid: null,
  trace: null,
  click_id: null,
  rate: null,
  commission: null,
  fee: null,
  earning: null,
  amount,
  clicked_at: null,
  click_shop: null,
  refund: null,
  decision: null,
  decided_by: null,
  reason,
  state: null,
});

async function* lists(...given: MonthLine[][]): AsyncGenerator<MonthLine[]> {
  yield* given;
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

it('runs the balance down the csv, and gives no formula to a spreadsheet', async () => {
  const lines = lists([adjusted(1, 3_00n, '=HYPERLINK("x")')], [adjusted(2, -5n, 'mended')]);
  const text = await whole(monthCsv(frame, lines, new MonthTotals(frame.opening), showing));
  expect(text.split('\n').slice(1)).toEqual([
    ',,opening,,,,,,,,,,,,-1.00,',
    `2013-12-11,2013-12-11.AdjustmentPosted.1001-2013-12.1,AdjustmentPosted,1001-2013-12,2013-12-11 12:00:00+08:00,1001,,,,,,,,3.00,2.00,"'=HYPERLINK(""x"")"`,
    '2013-12-11,2013-12-11.AdjustmentPosted.1001-2013-12.2,AdjustmentPosted,1001-2013-12,2013-12-11 12:00:00+08:00,1001,,,,,,,,-0.05,1.95,mended',
    ',,closing,,,,,,,,,,,,1.95,',
    '',
  ]);
});

it('is one document, with and without lines', async () => {
  const more = { head: { name: 'n' }, tail: () => ({ memo: 1 }) };
  for (const lines of [[], [[adjusted(1, 3_00n, '')], [adjusted(2, 1n, '')]]]) {
    const totals = new MonthTotals(frame.opening);
    const document = JSON.parse(await whole(monthJson(frame, lists(...lines), totals, showing, more)));
    expect(document).toMatchObject({ party: '1001', name: 'n', open: true, opening: '-1.00', memo: 1 });
    expect([document.lines.length, document.closing]).toEqual(lines.length === 0 ? [0, '-1.00'] : [2, '2.01']);
  }
});
