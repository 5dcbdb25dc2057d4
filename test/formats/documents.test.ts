/** Documents from lines given: balances run, times in two zones, corrections name what they correct, no cell is a formula. */
import * as sheets from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { standingOf } from '../../src/core/bank/standing.ts';
import { pass, totalsOf } from '../../src/core/month/document.ts';
import { FORMAT_NAMES, type FormatName } from '../../src/formats/document/index.ts';
import { manifestOf } from '../../src/formats/document/manifest.ts';
import { LANGUAGES, say } from '../../src/formats/words/index.ts';
import { bareLine, bytesOf, deductionsOf, issuedOf, lineOf, statementOf, termsIn } from './documents.ts';
import { READ } from './figures-read.ts';
import { pdfTexts } from './pdf-text.ts';

const adjusted = (ordinal: number, amount: bigint, reason: string) =>
  bareLine({ type: 'AdjustmentPosted', subject: '1001-2013-12', ordinal, amount, reason });

const reversed = lineOf({
  type: 'CommissionReversed',
  business_day: '2013-12-20',
  occurred_at: Date.parse('2013-12-20T04:00:00Z'),
  commission: -3_00n,
  fee: -30n,
  earning: -2_70n,
  amount: -2_70n,
  refund: 'R1',
  corrects: '2013-12-11.CommissionSettled.L1.1',
});

/** How a payout of 2014-01-20 stands after the night of a day, if the bank answered so on the 21st. */
function standingIn(state: 'instructed' | 'confirmed' | 'returned', asOf: string) {
  const at = Date.parse('2014-01-21T10:00:00+08:00');
  const result = { at, reason: 'no such account', night: '2014-01-21' };
  const results = state === 'instructed' ? [] : [{ status: state, ...result }];
  const facts = { instructionId: 'P-1001-201312', kind: 'payout', day: '2014-01-20', files: [], results } as const;
  return standingOf(facts, asOf, false, termsIn('en').calendar);
}

describe('names that drive a terminal or turn a line around', () => {
  const hostile = 'x\u202e\u2066\u2069\u200f\u009b2J\u0085\u001b[2Jy';
  const raw = /[^\P{Cc}\n]|\p{Bidi_Control}/u;
  const named = lineOf({ subject: hostile, pid: hostile, click_id: hostile, click_shop: hostile, reason: hostile });
  const documents = [
    statementOf([named, adjusted(1, 1n, hostile)], { name: hostile, party: hostile }),
    deductionsOf([named, adjusted(1, 1n, hostile)]),
  ];

  it.each(['html', 'text'] as const)('stand in %s as signs', async (format) => {
    for (const document of documents) {
      const text = (await bytesOf(document, format)).toString();
      expect(text).not.toMatch(raw);
      expect(text).toContain('x����');
    }
  });

  it('stand in pdf as signs, in what is set and in what a reader shows of the file', async () => {
    for (const document of documents) {
      const bytes = await bytesOf(document, 'pdf');
      const set = pdfTexts(bytes);
      expect(set.filter(({ text }) => raw.test(text))).toEqual([]);
      expect(set.map(({ text }) => text).join('\n')).toContain('x□□□□□2J□□[2Jy');
      for (const [, hex = ''] of bytes.toString('latin1').matchAll(/<feff((?:[0-9a-f]{4})+)>/gi)) {
        const title = Buffer.from(hex, 'hex').swap16().toString('utf16le');
        expect(title).not.toMatch(raw);
      }
    }
  });
});

describe('csv', () => {
  it('runs the balance down the file, with currency and both times, and gives no formula to a spreadsheet', async () => {
    const document = statementOf(
      [adjusted(1, 3_00n, '=HYPERLINK("x")'), adjusted(2, -5n, 'mended')],
      { opening: -1_00n },
      1,
    );
    expect((await bytesOf(document, 'csv')).toString().split('\n')).toEqual([
      'business_day,entry,event,subject,corrects,occurred_at,occurred_at_utc,publisher_id,pid,trace,why,rate,commission,fee,net,amount,balance,currency,note',
      ',,opening,,,,,,,,,,,,,,-1.00,CNY,',
      `2013-12-11,2013-12-11.AdjustmentPosted.1001-2013-12.1,AdjustmentPosted,1001-2013-12,,2013-12-11 12:00:00+08:00,2013-12-11 04:00:00Z,1001,,,,,,,,3.00,2.00,CNY,"'=HYPERLINK(""x"")"`,
      '2013-12-11,2013-12-11.AdjustmentPosted.1001-2013-12.2,AdjustmentPosted,1001-2013-12,,2013-12-11 12:00:00+08:00,2013-12-11 04:00:00Z,1001,,,,,,,,-0.05,1.95,CNY,mended',
      ',,closing,,,,,,,,,,,,,,1.95,CNY,',
      '',
    ]);
  });

  it('keeps ids that a spreadsheet would spoil as text, and leaves amounts numbers', async () => {
    const document = statementOf([
      lineOf({ subject: '123456789012345678' }),
      lineOf({ subject: '0012' }),
      lineOf({ subject: '12' }),
    ]);
    const rows = (await bytesOf(document, 'csv')).toString().split('\n').slice(2, 5);
    expect(rows.map((row) => row.split(',')[3])).toEqual(["'123456789012345678", "'0012", '12']);
    expect(rows.map((row) => row.split(',')[15])).toEqual(['9.00', '9.00', '9.00']);
  });
});

describe('json', () => {
  it('is one document, with and without lines', async () => {
    for (const lines of [[], [adjusted(1, 3_00n, ''), adjusted(2, 1n, '')]]) {
      const document = JSON.parse((await bytesOf(statementOf(lines, { opening: -1_00n }, 1), 'json')).toString());
      expect(document).toMatchObject({
        party: '1001',
        name: '小美返利',
        open: true,
        opening: '-1.00',
        currency: 'CNY',
      });
      expect([document.lines.length, document.closing]).toEqual(lines.length === 0 ? [0, '-1.00'] : [2, '2.01']);
      expect(document.memo).toEqual({ held: '12.34', clearing: '0.00', returned: '5.00' });
    }
  });
});

describe('every format', () => {
  it('names the entry that a correction corrects', async () => {
    const document = statementOf([lineOf(), reversed]);
    for (const format of ['json', 'csv', 'html'] as const) {
      expect((await bytesOf(document, format)).toString(), format).toContain('2013-12-11.CommissionSettled.L1.1');
    }
    const paper = pdfTexts(await bytesOf(document, 'pdf')).map(({ text }) => text);
    expect(paper.join(' ')).toContain('corrects 2013-12-11.CommissionSettled.L1.1; refund R1');
  });

  it('says when a late fact happened, where people read and no column says so', async () => {
    const late = { ...reversed, occurred_at: Date.parse('2013-12-18T04:00:00Z') };
    const document = statementOf([lineOf(), late]);
    const moment = '2013-12-18 12:00:00+08:00';
    const told = async (format: FormatName) => (await bytesOf(document, format)).toString();
    expect(await told('text')).toContain(`happened ${moment}; refund R1`);
    expect(await told('html')).toContain(`corrects 2013-12-11.CommissionSettled.L1.1; happened ${moment}; refund R1`);
    const paper = pdfTexts(await bytesOf(document, 'pdf')).map(({ text }) => text);
    expect(paper.join(' ')).toContain(`happened ${moment}; refund R1`);
    for (const format of ['json', 'csv'] as const) {
      expect(await told(format), format).toContain(moment);
      expect(await told(format), format).not.toContain('happened');
    }
    // A fact of its own day needs no instant, nor does what the night makes at the end of the day.
    const next = lineOf({ occurred_at: Date.parse('2013-12-11T16:00:00Z') });
    expect((await bytesOf(statementOf([lineOf(), next]), 'text')).toString()).not.toContain('happened');
    expect((await bytesOf(deductionsOf([late]), 'text')).toString()).toContain(`happened ${moment}; refund R1`);
  });

  it('tells what had become of the payout by the night of which the month is told', async () => {
    const issued = issuedOf(0n, [lineOf()], { disposition: 'paid', gross: 9_00n, payout: 9_00n });
    const fate = async (format: FormatName, state: 'instructed' | 'returned', asOf: string) => {
      const payout = { id: 'P-1001-201312', standing: standingIn(state, asOf) };
      const bytes = await bytesOf(statementOf([lineOf()], { issued, payout, asOf }), format);
      if (format === 'xlsx') {
        return Object.values(sheets.read(bytes).Sheets['summary'] ?? {})
          .map((cell: { v?: unknown }) => String(cell.v))
          .join(' ');
      }
      return format === 'pdf'
        ? pdfTexts(bytes)
            .map(({ text }) => text)
            .join(' ')
        : bytes.toString();
    };
    for (const format of ['text', 'html', 'pdf', 'xlsx'] as const) {
      const start = 'P-1001-201312, value date 2014-01-21: ';
      expect(await fate(format, 'instructed', '2014-01-20'), format).toContain(`${start}instructed on 2014-01-20`);
      expect(await fate(format, 'instructed', '2014-01-22'), format).toContain(
        `${start}instructed on 2014-01-20, no result by 2014-01-22`,
      );
      expect(await fate(format, 'returned', '2014-01-22'), format).toContain(
        `${start}returned on 2014-01-21: no such account`,
      );
    }
    expect(JSON.parse(await fate('json', 'instructed', '2014-01-22'))).toMatchObject({
      open: false,
      through: '2013-12-31',
      asOf: '2014-01-22',
      payout: { state: 'instructed' },
    });
  });

  it('refuses to tell a closed month whose lines do not come to what was stated', async () => {
    const issued = { ...issuedOf(0n, [lineOf()]), closing: 8_99n };
    for (const format of ['text', 'json', 'csv', 'xlsx', 'html', 'pdf'] as const) {
      await expect(bytesOf(statementOf([lineOf()], { issued }), format), format).rejects.toThrow('run cps verify');
    }
  });

  it('tells a month that has begun and has no day run yet', async () => {
    const document = statementOf([], { through: null, opening: -1_00n });
    for (const format of FORMAT_NAMES) {
      const { sums } = READ[format](await bytesOf(document, format), document);
      expect(sums, format).toEqual({ opening: -1_00n, closing: -1_00n });
    }
    expect((await bytesOf(document, 'text')).toString()).toContain('open: none of its days has been run');
  });

  it('refuses lines that change between two readings', async () => {
    let times = 0;
    const document = {
      ...statementOf([]),
      read: async function* () {
        times++;
        yield times === 1 ? [lineOf()] : [lineOf(), lineOf()];
      },
    };
    await totalsOf(document);
    await expect(
      (async () => {
        for await (const _ of pass(document).rows);
      })(),
    ).rejects.toThrow('changed while they were read');
  });
});

describe('html', () => {
  it('holds nothing of a text as markup', async () => {
    const document = statementOf([adjusted(1, 1n, '<script>alert(1)</script> & "x"')], { name: '<b>小美</b>' });
    const page = (await bytesOf(document, 'html', 'both')).toString();
    expect(page).not.toMatch(/<script>|<b>小美/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;');
    expect(page).toContain('<time datetime="2013-12-11T04:00:00Z">2013-12-11</time>');
  });
});

describe('languages', () => {
  it('are three in text, html, xlsx and pdf', async () => {
    const document = statementOf([lineOf()]);
    const told = async (language: 'zh' | 'en' | 'both') => (await bytesOf(document, 'text', language)).toString();
    expect(LANGUAGES).toEqual(['zh', 'en', 'both']);
    expect(await told('zh')).toContain('推广者 1001 结算单');
    expect(await told('zh')).toMatch(/^2013-12-11 {2}结算 {2}L1/m);
    expect(await told('en')).not.toMatch(/结算|余额/);
    expect(await told('both')).toMatch(/期末 closing +9\.00/);
    const paper = pdfTexts(await bytesOf(document, 'pdf', 'zh')).map(({ text }) => text);
    expect(paper).toEqual(
      expect.arrayContaining(['推广者 1001 结算单', '小美返利', '期末', '同店', '第 1 页，共 1 页']),
    );
    expect(say('payout-none', 'both', { disposition: (language) => say('frozen', language) })).toBe(
      '无 none: 冻结 frozen',
    );
  });
});

describe('a manifest', () => {
  it('has count, sums, day and event of its document', async () => {
    const issued = issuedOf(0n, [lineOf(), reversed], { disposition: 'paid', gross: 6_30n, payout: 6_30n });
    const payout = { id: 'P-1001-201312', standing: standingIn('confirmed', '2014-01-22') };
    const file = { file: 'a.pdf', format: 'pdf', language: 'both' as const, bytes: 1, sha256: 'ff' };
    expect(await manifestOf(statementOf([lineOf(), reversed], { issued, payout }), file, termsIn('en'))).toEqual({
      ...file,
      document: 'statement',
      party: '1001',
      month: '2013-12',
      open: false,
      through: '2013-12-31',
      asOf: '2014-01-20',
      statementEvent: { partition: 3, position: '4711', hash: 'ab12'.repeat(16) },
      currency: 'CNY',
      zone: 'Asia/Shanghai',
      opening: '0.00',
      closing: '6.30',
      count: 2,
      sums: { commission: '7.00', fee: '0.70', net: '6.30', amount: '6.30' },
      movements: {
        earnings: '9.00',
        reversals: '-2.70',
        releases: '0.00',
        forfeitures: '0.00',
        adjustments: '0.00',
        tax: '0.00',
        payouts: '0.00',
      },
      results: 'confirmed',
    });
  });

  it('counts the deductions by what became of them', async () => {
    const deducted = (state: string) => bareLine({ type: 'DeductionInstructed', amount: -1_00n, state });
    const document = deductionsOf([deducted('failed'), deducted('confirmed'), deducted('confirmed')]);
    const file = { file: 'a', format: 'csv', language: null, bytes: 1, sha256: '' };
    expect((await manifestOf(document, file, termsIn('en'))).results).toBe('confirmed 2, failed 1');
  });
});

describe('what waits in clearing', () => {
  const told = async (format: FormatName, clearing: bigint): Promise<string> => {
    const bytes = await bytesOf(statementOf([adjusted(1, 3_00n, 'x')], { clearing }), format);
    if (format === 'pdf') return pdfTexts(bytes).reduce((all, { text }) => `${all} ${text}`, '');
    if (format !== 'xlsx') return bytes.toString();
    const book = sheets.read(bytes, { cellNF: true });
    return book.SheetNames.map((name) => sheets.utils.sheet_to_csv(book.Sheets[name] ?? {})).join('\n');
  };

  it('stands beside what is held, in every format that has a memo, and not where nothing waits', async () => {
    for (const format of FORMAT_NAMES) {
      if (format === 'csv') continue;
      expect(await told(format, 43_21n), format).toMatch(/clearing[^\d]*43\.21/);
      if (format !== 'json') expect(await told(format, 0n), format).not.toContain('clearing');
    }
  });
});
