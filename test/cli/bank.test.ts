/**
 * Banks at the command line: files of every format as banks make them and as nobody should, each fault named and nothing
 * taken; payment files to the byte, one live file a payout, and the answers that come back.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { play } from '../../src/cli/scenario/play.ts';
import { connect } from '../../src/store/connection/session.ts';
import { verify } from '../../src/verify/verify.ts';
import { type OpenBook, openBook, runThrough } from '../books/play.ts';
import { commandLine } from './command-line.ts';

const SCENARIO = resolve(import.meta.dirname, '../../scenarios/50-the-bank-and-the-ledger.md');
const TEXT = readFileSync(SCENARIO, 'utf8');
/** Two deductions of 10.00 and two payouts of 9.00 are instructed, and nothing is confirmed. */
const INSTRUCTED = TEXT.split('Both deductions')[0] ?? '';
/** Three of them are confirmed, and the bank has said nothing. */
const CONFIRMED = TEXT.split('The account had')[0] ?? '';
const ALIPAY = (/```bank 20131221.csv\n([\s\S]*?)```/.exec(TEXT)?.[1] ?? '').replaceAll('\n', '\r\n');

let book: OpenBook;
let folder = '';
const started = async (text: string): Promise<void> => {
  expect((await play(SCENARIO, text, { url: book.url, now: Date.UTC(2026, 0, 1) })).differences).toEqual([]);
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-bank-'));
  book = await openBook();
});
afterEach(async () => {
  await book.close();
  rmSync(folder, { recursive: true });
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

async function traces(): Promise<string> {
  const { rows } = await book.session.client.query<{ said: string }>(`select concat_ws(' ',
    (select count(*) from bank_line), (select count(*) from bank_statement), (select count(*) from delivery),
    (select count(*) from payment_file), (select count(*) from payment_file_row), (select count(*) from result)) as said`);
  return rows[0]?.said ?? '';
}

/** GBK by the runtime's own decoder, read backwards for the characters of a text. */
function gbk(text: string): Uint8Array {
  const decoder = new TextDecoder('gbk');
  const codes = new Map<string, [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) codes.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
  return Uint8Array.from(
    [...text].flatMap((one) => (one <= '\x7f' ? [one.charCodeAt(0)] : (codes.get(one) ?? [0x3f]))),
  );
}

const camt = (entries: string, closing = '101.00', version = '08', head = ''): string =>
  `<?xml version="1.0"?>${head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><Stmt>
  <Id>S1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>
  <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2013-12-21</Dt></Dt></Bal>
  <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2013-12-21</Dt></Dt></Bal>
  ${entries}</Stmt></BkToCstmrStmt></Document>`;
const entry = (ref: string, amount: string, side: string, details = '', status = 'BOOK'): string =>
  `<Ntry><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts><Cd>${status}</Cd></Sts><BookgDt><Dt>2013-12-21</Dt></BookgDt><AcctSvcrRef>${ref}</AcctSvcrRef>${details}</Ntry>`;
const detail = (endToEnd: string, amount: string): string =>
  `<TxDtls><Refs><EndToEndId>${endToEnd}</EndToEndId></Refs><Amt Ccy="CNY">${amount}</Amt></TxDtls>`;
const ENTRIES =
  entry(
    'E1',
    '20.00',
    'CRDT',
    `<NtryDtls>${detail('D-s1-20131106', '10.00')}${detail('D-s2-20131106', '10.00')}</NtryDtls>`,
  ) +
  entry('E2', '9.00', 'DBIT', `<NtryDtls>${detail('P-1001-201311', '9.00')}</NtryDtls>`) +
  entry('E3', '10.00000', 'DBIT') +
  entry('E4', '5.00', 'DBIT', '', 'PDNG');

describe('cps bank', () => {
  it('reads GBK as Alipay writes it, full- or half-width, latest first too; a file delivered twice counts once', async () => {
    await started(CONFIRMED);
    const [head = '', ...rest] = ALIPAY.split('\r\n');
    const at = rest.findIndex((line) => line.startsWith('账务流水号'));
    const rows = rest.filter((line) => /^80\d/.test(line)).reverse();
    const latestFirst = [head, ...rest.slice(0, at + 1), ...rows, ...rest.slice(at + 6)].join('\r\n');
    const path = file('day.csv', gbk(latestFirst.replaceAll('（', '(').replaceAll('）', ')')));
    const taken = await cps('bank', path, '--json');
    expect(taken.err).toBe('');
    expect(JSON.parse(taken.out)).toMatchObject({
      format: 'alipay',
      lines: 5,
      newLines: 5,
      statements: 1,
      in: { amount: '20.00' },
    });
    const again = await cps('bank', path, '--json');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(again.out)).toMatchObject({ lines: 5, newLines: 0 });
    const found = await cps('reconcile', '--through', '2013-12-21', '--json');
    expect(found.code).toBe(1);
    expect(JSON.parse(found.out)).toMatchObject({
      bank: '101.50',
      ledger: '11.00',
      named: '-9.50',
      unexplained: '0.00',
    });
  });

  it.each<[string, (text: string) => string, string]>([
    [
      'a line lost',
      (text) => text.replace(/^803.*\r\n/m, ''),
      '支出合计 says 3 lines, 18.50, and the file has 2, 9.50',
    ],
    ['a line twice', (text) => text.replace(/^(803.*\r\n)/m, '$1$1'), '803 stands in the file twice'],
    [
      'an amount altered',
      (text) => text.replace(',-0.50', ',-0.60'),
      '支出合计 says 3 lines, 18.50, and the file has 3, 18.60',
    ],
    [
      'two amounts swapped',
      (text) => text.replace('-0.50', '-X').replace('-9.00', '-0.50').replace('-X', '-9.00'),
      'does not follow from the line before it',
    ],
    ['a balance altered', (text) => text.replace('110.50', '110.60'), 'line 9: the balance 110.60 does not follow'],
    ['totals altered', (text) => text.replace('共20.00元', '共21.00元'), '收入合计 says 2 lines, 21.00'],
    ['the end cut off', (text) => text.slice(0, text.indexOf('805')), 'the totals lines'],
    ['a column lost', (text) => text.replace('账户余额（元）', '余额'), 'the header row lacks 账户余额(元)'],
    [
      'a cell too many',
      (text) => text.replace('10.00\t', '10.00,\t').replace(',10.00', ',10.00,'),
      'cells where the header has 12',
    ],
    [
      'a day outside',
      (text) => text.replace('2013-12-21 08:00:00', '2013-12-22 08:00:00'),
      'outside the days of the file',
    ],
    ['an amount that is none', (text) => text.replace(',-9.00', ',NaN'), '支出金额(-元) "NaN" is no amount'],
    [
      'both in and out',
      (text) =>
        text
          .replace(',-0.50', ',-0.50')
          .replace('手续费\t,2013-12-21 09:30:01\t,\t,\t', '手续费\t,2013-12-21 09:30:01\t,\t,1.00'),
      'neither or both',
    ],
    ['the account lost', (text) => text.replace(/#账号.*\r\n/, ''), 'no comment line names the account'],
  ])('refuses an Alipay file with %s, names it, and takes nothing', async (_, corrupt, says) => {
    await cps('init');
    const text = ALIPAY.replaceAll(/([^,\r\n])(?=,|\r\n)/g, '$1');
    const broken = corrupt(text);
    expect(broken).not.toBe(text);
    const before = await traces();
    const taken = await cps('bank', file('day.csv', broken));
    expect(taken).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) });
    expect(await traces()).toBe(before);
  });

  it.each(['02', '08', '13'])(
    'reads camt.053.001.%s: batched entries one by one, pending ones not',
    async (version) => {
      await started(CONFIRMED);
      const taken = await cps('bank', file('s.xml', camt(ENTRIES, '101.00', version)), '--json');
      expect(taken.err).toBe('');
      expect(JSON.parse(taken.out)).toMatchObject({
        format: 'camt053',
        lines: 4,
        in: { lines: 2, amount: '20.00' },
        out: { amount: '19.00' },
      });
      const found = JSON.parse((await cps('reconcile', '--through', '2013-12-21', '--json')).out);
      expect(found).toMatchObject({ bank: '101.00', opening: '100.00', ledger: '11.00', unexplained: '0.00' });
      expect(found.breaks).toMatchObject([{ kind: 'missing-in-ledger', lineRef: 'E3', effect: '-10.00' }]);
      expect(found.matched.length).toBe(3);
    },
  );

  it.each<[string, string, string]>([
    ['an entry lost', camt(entry('E1', '20.00', 'CRDT')), 'do not come to the closing 101.00'],
    [
      'one entry in another currency',
      camt(ENTRIES.replaceAll('Ccy="CNY"', 'Ccy="EUR"')),
      'entry 1: Amt is in EUR, and the account in CNY',
    ],
    ['another currency', camt(ENTRIES).replaceAll('Ccy="CNY"', 'Ccy="EUR"'), 'is in EUR, and the book in CNY'],
    ['an entry twice', camt(ENTRIES + entry('E3', '10.00', 'DBIT')), 'an entry is missing, altered or twice'],
    ['another namespace', camt(ENTRIES).replace('camt.053', 'camt.052'), 'and not a Document of'],
    [
      'a document type',
      camt(ENTRIES, '101.00', '08', '<!DOCTYPE a [<!ENTITY b "c">]>'),
      'a document type is not taken',
    ],
    ['a tag not closed', camt(ENTRIES).replace('</Stmt>', ''), 'it is no XML'],
  ])('refuses a camt.053 with %s, names it, and takes nothing', async (_, text, says) => {
    await cps('init');
    const before = await traces();
    expect(await cps('bank', file('s.xml', text))).toMatchObject({ code: 2, err: expect.stringContaining(says) });
    expect(await traces()).toBe(before);
  });

  it('names a statement that is missing between two, and what its lines would have explained', async () => {
    await started(CONFIRMED);
    const third = camt(entry('E9', '1.00', 'CRDT'), '131.00')
      .replace('<Id>S1<', '<Id>S3<')
      .replace('SeqNb>1<', 'SeqNb>3<');
    const later = third.replace('>100.00<', '>130.00<').replaceAll('2013-12-21', '2013-12-22');
    await cps('bank', file('1.xml', camt(ENTRIES)));
    expect((await cps('bank', file('3.xml', later))).err).toBe('');
    await runThrough(book, '2013-12-22');
    const found = JSON.parse((await cps('reconcile', '--through', '2013-12-22', '--json')).out);
    expect(found.accounts).toMatchObject([
      { gaps: ['between the end of 2013-12-21 and the start of 2013-12-22 29.00 moved that is in no file'] },
    ]);
    expect(found).toMatchObject({ reconciled: false, bank: '131.00', unexplained: '29.00' });
  });

  it('reads a plain CSV by its columns, and asks for them', async () => {
    await started(CONFIRMED);
    const path = file(
      'plain.csv',
      'Id,Date,Sum,Note,Bal\n1,2013-12-21,10.00,D-s1-20131106,10.00\n2,2013-12-21,10.00,D-s2-20131106,20.00\n3,2013-12-21,-9.00,P-1001-201311,11.00\n',
    );
    expect((await cps('bank', path)).err).toContain('say --account and --columns');
    const columns = ['--account', 'A', '--columns', 'ref=Id,at=Date,amount=Sum,reference=Note,balance=Bal'];
    expect(await cps('bank', path, ...columns)).toMatchObject({ code: 0, err: '' });
    expect(await cps('reconcile', '--through', '2013-12-21')).toMatchObject({
      code: 0,
      out: expect.stringContaining('reconciled.'),
    });
    expect((await cps('bank', path, '--account', 'A', '--columns', 'ref=Id,when=Date')).err).toContain(
      '"when=Date" is no column',
    );
  });

  it('remembers the columns of an account, and asks whose a file is where those of two fit', async () => {
    await started(CONFIRMED);
    const next = (name: string, header: string, day: string): string =>
      file(name, `${header}\n1,2013-12-${day},1.00,fee,10.00\n`);
    const [own, other] = ['Id,Date,Sum,Note,Bal', 'Nr,Tag,Summe,Zweck,Saldo'];
    const columns = (of: string): string => {
      const [id, at, amount, note, balance] = of.split(',');
      return `ref=${id},at=${at},amount=${amount},reference=${note},balance=${balance}`;
    };
    const read = (path: string, ...more: string[]) => cps('bank', path, ...more);
    const say = (account: string, of: string) => ['--account', account, '--columns', columns(of)];
    expect(await read(next('a1.csv', own, '01'), ...say('A', own))).toMatchObject({ code: 0, err: '' });
    expect(await read(next('b1.csv', other, '01'), ...say('B', other))).toMatchObject({ code: 0, err: '' });
    expect(await read(next('a2.csv', own, '02'))).toMatchObject({ code: 0, err: '' });
    // What was refused is not remembered, and what is said anew is, in place of what was known.
    expect((await read(next('bad.csv', own, 'xx'), ...say('C', own))).code).not.toBe(0);
    expect(await read(next('b3.csv', own, '03'), ...say('B', own))).toMatchObject({ code: 0, err: '' });
    expect((await read(next('4.csv', own, '04'))).err).toContain(
      'it has the columns of A and B: say --account to read it',
    );
    expect(await read(next('4.csv', own, '04'), '--account', 'B')).toMatchObject({ code: 0, err: '' });
    const { rows } = await book.session.client.query(
      'select account, count(*)::int as files from bank_statement group by account order by account',
    );
    expect(rows).toEqual([
      { account: 'A', files: 2 },
      { account: 'B', files: 3 },
    ]);
  });
});

const PAIN = ['--format', 'pain001', '--payer-name', 'CPS & Co', '--payer-account', 'DE89370400440532013000'];
const payer = ['--as', 'Chen', '--at', '2013-12-21 09:00:00'];
const out = (): string[] => ['--out', folder];

/** Amends the accounts of both payees, such as to Alipay's in place of card numbers. */
async function payees(lin = 'lin@example.com', zhou = '13800138000'): Promise<void> {
  const rows = [
    'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at',
    `1001,Lin,individual,Lin Xia,${lin},b-lin,2013-01-10 09:00:00`,
    `1002,Zhou Deals,company,Zhou Deals Ltd,${zhou},,2013-01-10 09:00:00`,
  ];
  expect((await cps('ingest', file('publishers.csv', `${rows.join('\n')}\n`))).err).toBe('');
  rmSync(join(folder, 'publishers.csv'));
}

describe('cps pay', () => {
  it('writes the current Alipay template to the byte, once', async () => {
    await started(INSTRUCTED);
    const refused = await cps('pay', 'files', '--format', 'alipay', ...out(), ...payer);
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('6222-1001 looks like a bank account') });
    expect(refused.out).toContain('(publisher 1001)');
    await payees();
    expect((await cps('pay', 'files', '--format', 'alipay', ...out(), ...payer)).code).toBe(0);
    const bytes = readFileSync(join(folder, 'F-20131221-0001.csv'));
    expect(bytes.subarray(0, 4).toString('hex')).toBe('d6a7b8b6');
    expect(new TextDecoder('gbk').decode(bytes).split('\r\n')).toEqual([
      '支付宝批量付款文件模板（前面两行请勿删除）',
      '序号（必填）,收款方支付宝账号（必填）,收款方姓名（必填）,金额（必填，单位：元）,备注（选填）'.replaceAll(
        '"',
        '',
      ),
      '1,lin@example.com,Lin Xia,9.00,P-1001-201311',
      '2,13800138000,Zhou Deals Ltd,9.00,P-1002-201311',
      '',
    ]);
    expect((await cps('pay', 'files', '--format', 'csv', ...out(), ...payer)).out).toBe('Nothing waits to be sent.\n');
  });

  it('begins another file where a bank takes no more rows, and leaves nobody out or in twice', async () => {
    await started(INSTRUCTED);
    await payees();
    const { client } = book.session;
    await client.query('reset role');
    // With the two payouts of the story, one more than Alipay takes in a file.
    await client.query(
      `insert into publisher (publisher_id, name, kind, payee_name, payee_account, own_buyer_ids, registered_at, batch, n)
       select 'x' || i, 'x', 'company', 'Co ' || i, 'acc-' || i || '@x.example', '{}', '2013-01-01', 1, 1000 + i
       from generate_series(1, 2999) i`,
    );
    await client.query(
      `insert into instruction (instruction_id, kind, party_id, amount, business_day, state, partition, position)
       select 'P-x' || i || '-201311', 'payout', 'x' || i, 100 + i, '2013-12-20', 'instructed', 0, 1
       from generate_series(1, 2999) i`,
    );
    expect((await cps('pay', 'files', '--format', 'alipay', ...out(), ...payer)).code).toBe(0);
    const names = readdirSync(folder).sort();
    expect(names).toEqual(['F-20131221-0001.csv', 'F-20131221-0002.csv']);
    const rows = names.map((name) => {
      const text = new TextDecoder('gbk').decode(readFileSync(join(folder, name)));
      return text.trimEnd().split('\r\n').slice(2);
    });
    expect(rows.map((own) => own.length)).toEqual([3000, 1]);
    expect(rows.map((own) => own[0]?.split(',')[0])).toEqual(['1', '1']);
    expect(new Set(rows.flat().map((row) => row.split(',')[4])).size).toBe(3001);
    const files = await client.query<{ rows: number; amount: bigint }>(
      'select rows, amount from payment_file order by 1',
    );
    expect(files.rows.map((one) => one.rows)).toEqual([1, 3000]);
    const waiting = await client.query<{ sum: string }>(
      `select sum(amount)::text as sum from instruction where kind = 'payout'`,
    );
    expect(files.rows.reduce((all, { amount }) => all + amount, 0n)).toBe(BigInt(waiting.rows[0]?.sum ?? ''));
    expect((await cps('pay', 'files', '--format', 'csv', ...out(), ...payer)).out).toBe('Nothing waits to be sent.\n');
  });

  it('writes the classic file, a pain.001 and the list of deductions', async () => {
    await started(INSTRUCTED);
    await payees('lin@example.com', 'zhou@example.com');
    const classic = ['--format', 'alipay-classic', '--payer-name', '淘宝联盟', '--payer-account', 'pay@x.example'];
    expect((await cps('pay', 'files', '--format', 'alipay-classic', ...out(), ...payer)).code).toBe(2);
    await cps('pay', 'files', ...classic, ...out(), ...payer);
    expect(new TextDecoder('gbk').decode(readFileSync(join(folder, 'F-20131221-0001.csv'))).split('\r\n')).toEqual([
      '批次号,付款日期,付款人email,账户名称,总金额（元）,总笔数',
      '201312210001,20131221,pay@x.example,淘宝联盟,18.00,2',
      '商户流水号,收款人email,收款人姓名,付款金额（元）,付款理由',
      'P-1001-201311,lin@example.com,Lin Xia,9.00,P-1001-201311',
      'P-1002-201311,zhou@example.com,Zhou Deals Ltd,9.00,P-1002-201311',
      '',
    ]);
    await cps('pay', 'cancel', 'F-20131221-0001', '--reason', 'refused', ...payer);
    const atAlipayOnly = await cps('pay', 'files', ...PAIN, ...out(), ...payer);
    expect(atAlipayOnly.out).toContain('P-1001-201311 is in no file: lin@example.com is no account number of a bank');
    await payees('6222-2001', '6222-2002');
    expect((await cps('pay', 'files', ...PAIN, ...out(), ...payer)).err).toBe('');
    const xml = readFileSync(join(folder, 'F-20131221-0002.xml'), 'utf8');
    const all = (name: string): string[] =>
      [...xml.matchAll(new RegExp(`<${name}[^>]*>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');
    expect(xml).toContain('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">');
    expect(all('NbOfTxs')).toEqual(['2', '2']);
    expect(all('CtrlSum')).toEqual(['18.00', '18.00']);
    expect(all('InstdAmt')).toEqual(['9.00', '9.00']);
    for (const name of ['MsgId', 'PmtInfId', 'InstrId', 'EndToEndId'])
      for (const id of all(name)) expect(id.length).toBeLessThan(36);
    expect(all('Nm')).toEqual(['CPS &amp; Co', 'CPS &amp; Co', 'Lin Xia', 'Zhou Deals Ltd']);
    expect(all('Dt')).toEqual(['2013-12-21']);
    await cps('pay', 'files', '--deductions', ...out(), ...payer);
    expect(readFileSync(join(folder, 'F-20131221-0003.csv'), 'utf8')).toBe(
      'deduction_id,seller_id,amount,currency,day\nD-s1-20131106,s1,10.00,CNY,2013-12-21\nD-s2-20131106,s2,10.00,CNY,2013-12-21\n',
    );
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('pays nothing again that the bank may have: not while unknown, nor once answered', async () => {
    await started(INSTRUCTED);
    await cps('pay', 'files', ...PAIN, ...out(), ...payer);
    const report = (status: string, reference: string): string =>
      `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><CreDtTm>2013-12-21T10:00:00+08:00</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>${reference}</OrgnlEndToEndId><TxSts>${status}</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`;
    const unknown = await cps('pay', 'results', file('a.xml', report('PDNG', 'P-1001-201311')));
    expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining('it is not paid again') });
    expect((await cps('pay', 'files', '--format', 'csv', ...out(), ...payer)).out).toBe('Nothing waits to be sent.\n');
    expect(await cps('pay', 'results', file('b.xml', report('RJCT', 'P-1001-201311')))).toMatchObject({ code: 0 });
    const csv = file('c.csv', 'reference,status,at,reason\nP-1002-201311,成功,2013-12-21 10:00:00,\n');
    expect(await cps('pay', 'results', csv)).toMatchObject({ code: 0, err: '' });
    expect(await cps('pay', 'results', csv)).toMatchObject({ code: 0, err: '' });
    const cancel = await cps('pay', 'cancel', 'F-20131221-0001', '--reason', 'x', ...payer);
    expect(cancel).toMatchObject({ code: 2, err: expect.stringContaining('the bank has answered for P-1001-201311') });
    expect((await cps('pay', 'results', file('d.xml', report('ACSC', 'P-9')))).err).toContain(
      'no deduction or payout has the reference P-9',
    );
    expect((await cps('pay', 'list')).out).toContain('answered');
    const forged = file(
      'payment-file-rows.csv',
      'file_id,instruction_id,reference,payee_account,payee_name,amount\nF-20131221-0001,P-1002-201311,P-1002-201311,6222-1002,Zhou,9.00\nF-20131221-0001,D-s1-20131106,D,,,9.00\n',
    );
    await cps('ingest', forged);
    const { out: refused } = await cps('rejects');
    expect(refused).toContain('was instructed with 10.00, not 9.00');
    await runThrough(book, '2013-12-22');
    const { rows } = await book.session.client.query<{ type: string; body: string }>(
      `select type::text, body from log where type in ('PaymentFileWritten', 'PaymentFileCancelled')`,
    );
    expect(rows.map(({ type }) => type)).toEqual(['PaymentFileWritten']);
    expect(rows[0]?.body).not.toMatch(/6222|Lin/);
    const deep = { url: book.url, workers: 1, deep: true, onProgress: () => {} };
    expect((await verify(book.session, deep)).differences).toEqual([]);
    await expect(book.session.client.query('delete from payment_file_row')).rejects.toThrow('permission denied');
    const owner = await connect(book.url, 'the owner');
    await owner.client.query('set session_replication_role = replica');
    await owner.client.query(`update payment_file set amount = amount + 1`);
    await owner.close();
    const { differences } = await verify(book.session, deep);
    expect(differences.map(({ kind, first }) => [kind, first.subject])).toEqual([
      ['deliveries', 'what the night of 2013-12-21 saw'],
      ['intake', 'file:F-20131221-0001'],
    ]);
  });

  it.each<[string, string, object, readonly string[]]>([
    [
      'the whole file',
      '<OrgnlGrpInfAndSts><OrgnlMsgId>F-20131221-0001</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>',
      { refused: 2 },
      ['returned AC01', 'returned AC01'],
    ],
    [
      'its payment block, which says more than the file',
      '<OrgnlGrpInfAndSts><OrgnlMsgId>F-20131221-0001</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>F-20131221-0001</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>',
      { refused: 2 },
      ['returned AM04', 'returned AM04'],
    ],
    [
      'one payment, cancelled, and the rest not',
      '<OrgnlGrpInfAndSts><OrgnlMsgId>F-20131221-0001</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>F-20131221-0001</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts><TxInfAndSts><OrgnlEndToEndId>P-1002-201311</OrgnlEndToEndId><TxSts>CANC</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>',
      { refused: 1, unknown: ['P-1001-201311'] },
      ['returned AC01'],
    ],
    [
      'the whole file, done',
      '<OrgnlGrpInfAndSts><OrgnlMsgId>F-20131221-0001</OrgnlMsgId><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts>',
      { done: 2 },
      ['confirmed ', 'confirmed '],
    ],
  ])('takes a pain.002 that answers for %s', async (_, body, told, booked) => {
    await started(INSTRUCTED);
    await cps('pay', 'files', ...PAIN, ...out(), ...payer);
    const report = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId><CreDtTm>2013-12-21T10:00:00+08:00</CreDtTm></GrpHdr>${body}</CstmrPmtStsRpt></Document>`;
    const { out: said, err } = await cps('pay', 'results', file('r.xml', report), '--json');
    expect(err).toBe('');
    expect(JSON.parse(said)).toMatchObject(told);
    const { rows } = await book.session.client.query<{ said: string }>(
      `select status || ' ' || reason as said from result order by instruction_id`,
    );
    expect(rows.map((one) => one.said)).toEqual(booked);
    const other = report.replaceAll('F-20131221-0001', 'F-1');
    expect((await cps('pay', 'results', file('o.xml', other))).err).toMatch(/there is no payment file F-1/);
  });

  it('leaves out who cannot be paid, and says why', async () => {
    await started(INSTRUCTED);
    const rows = [
      '1001,Lin,individual,=SUM(A1),6222-1001,b-lin,2013-01-10 09:00:00',
      '1002,Zhou Deals,company,𠮷 Ltd,6222-1002,,2013-01-10 09:00:00',
    ];
    const header = 'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at';
    await cps('ingest', file('publishers.csv', `${[header, ...rows].join('\n')}\n`));
    const { code, out: said } = await cps('pay', 'files', '--format', 'alipay', ...out(), ...payer);
    expect(code).toBe(1);
    expect(said).toContain('P-1001-201311 is in no file: its payee begins with a sign of a formula');
    expect(said).toContain('P-1002-201311 is in no file: 𠮷 has no code in GBK');
  });
});
