/**
 * What a bank takes of a payment file: accounts, names and payers told apart before a file is written, and a pain.001 whose
 * elements stand in the order and number that the message definition gives them.
 */
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { PaymentFile } from '../../src/core/bank/payment.ts';
import { PAY_FORMATS } from '../../src/formats/pay/index.ts';
import type { PayFormat } from '../../src/formats/pay/pay-format.ts';

const formatOf = (name: string): PayFormat => {
  const found = PAY_FORMATS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no format ${name}`);
  return found;
};
const pain = formatOf('pain001');
const IBAN = 'DE89370400440532013000';

describe('a payee of a pain.001 in euro', () => {
  const problem = (name: string, account: string) => pain.problem({ name, account }, 'EUR');

  it.each([
    ['one digit wrong', 'DE88370400440532013000', 'is no IBAN (check digits)'],
    ['a digit short', 'DE8937040044053201300', 'is no IBAN'],
    ['an e-mail', 'lin@example.com', 'lin@example.com is no IBAN'],
    ['a card number', '6222021001116245702', 'is no IBAN'],
    ['a country outside SEPA', 'TR330006100519786457841326', 'is an IBAN of TR, which SEPA does not reach'],
  ])('is refused with an account of %s', (_, account, says) => {
    expect(problem('Lin Xia', account)).toContain(says);
  });

  it.each([IBAN, 'de89 3704 0044 0532 0130 00', 'NL91ABNA0417164300', 'FR1420041010050500013M02606'])(
    'is taken with %s',
    (account) => expect(problem('Lin Xia', account)).toBeUndefined(),
  );

  it('is refused with a name longer than 70 characters, or in letters that SEPA has no sign for', () => {
    const long = 'Stiftung zur Foerderung der wissenschaftlichen Zusammenarbeit und Bildung in Laendern';
    expect(problem(long, IBAN)).toBe('the name has more than 70 characters: amend the payee');
    expect(problem('林霞 🎉', IBAN)).toContain('which SEPA has no sign for');
    expect(problem('a'.repeat(70), IBAN)).toBeUndefined();
    expect(problem(`${'a'.repeat(69)}ß`, IBAN)).toContain('more than 70');
  });
});

it('a payee of a pain.001 in another currency may have a number, an IBAN only one that holds', () => {
  const problem = (account: string) => pain.problem({ name: '林霞', account }, 'CNY');
  expect(problem('6222-1001')).toBeUndefined();
  expect(problem(IBAN)).toBeUndefined();
  expect(problem('DE88370400440532013000')).toContain('is no IBAN (check digits)');
  expect(problem('lin@example.com')).toBe('lin@example.com is no account number of a bank');
  expect(problem('1'.repeat(35))).toContain('is no account number');
});

it('a payer is held to the same, and to a BIC that can be', () => {
  const problem = (account: string, bic: string | null = null) =>
    pain.payerProblem?.({ name: 'CPS Ltd', account, bic }, 'EUR');
  expect(problem(IBAN)).toBeUndefined();
  expect(problem(IBAN, 'COBADEFFXXX')).toBeUndefined();
  expect(problem('DE88370400440532013000')).toContain('check digits');
  expect(problem(IBAN, 'COBA99FF')).toContain('is no BIC');
  expect(problem(IBAN, 'cobadeffxxx')).toContain('is no BIC');
});

describe('a payee of Alipay', () => {
  const problem = (account: string, name = '林霞') => formatOf('alipay').problem({ name, account }, 'CNY');

  it.each(['lin@example.com', '13800138000', '+86-13800138000', '2088102119685838'])('is taken with %s', (account) =>
    expect(problem(account)).toBeUndefined(),
  );

  it.each(['6222021001116245702', '6222 0210 0111 6245', '6222-1001', '2088123', '林霞', '12800138000'])(
    'is refused with %s, which is no account of Alipay',
    (account) => expect(problem(account)).toContain('no Alipay account'),
  );

  it('is refused with a name that is too long', () => {
    expect(problem('lin@example.com', '林'.repeat(65))).toContain('more than 64 characters');
  });
});

/** What stands in each element, in order: `?` at most once, `*` any number, else once (the message definition of pain.001.001.09). */
const PARTS: Readonly<Record<string, string>> = {
  Document: 'CstmrCdtTrfInitn',
  CstmrCdtTrfInitn: 'GrpHdr PmtInf*',
  GrpHdr: 'MsgId CreDtTm NbOfTxs CtrlSum? InitgPty',
  PmtInf:
    'PmtInfId PmtMtd BtchBookg? NbOfTxs? CtrlSum? PmtTpInf? ReqdExctnDt Dbtr DbtrAcct DbtrAgt ChrgBr? CdtTrfTxInf*',
  PmtTpInf: 'SvcLvl*',
  SvcLvl: 'Cd',
  ReqdExctnDt: 'Dt',
  CdtTrfTxInf: 'PmtId Amt Cdtr? CdtrAcct? RmtInf?',
  PmtId: 'InstrId? EndToEndId',
  Amt: 'InstdAmt',
  InitgPty: 'Nm?',
  Dbtr: 'Nm?',
  Cdtr: 'Nm?',
  DbtrAcct: 'Id',
  CdtrAcct: 'Id',
  DbtrAgt: 'FinInstnId',
  FinInstnId: 'BICFI? Othr?',
  RmtInf: 'Ustrd*',
  Othr: 'Id',
};

/** Each element with the names of those in it, or with its text. */
function elementsOf(xml: string): { name: string; parts: string[]; text: string }[] {
  const found: { name: string; parts: string[]; text: string }[] = [];
  const open: (typeof found)[number][] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => {
    open.at(-1)?.parts.push(name);
    const one = { name, parts: [], text: '' };
    found.push(one);
    open.push(one);
  });
  parser.on('text', (text) => {
    const one = open.at(-1);
    if (one !== undefined) one.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return found;
}

function fileIn(currency: string): PaymentFile {
  const payments = ['Söhne & Töchter <GmbH> "Köln" O\'Neil', 'Lin Xia'].map((name, i) => ({
    instructionId: `P-100${i}-201311`,
    reference: `P-100${i}-201311`,
    partyId: `100${i}`,
    name,
    account: IBAN,
    amount: 900n,
  }));
  const payer = { name: 'CPS & Co', account: 'de89 3704 0044 0532 0130 00', bic: 'COBADEFFXXX' };
  const of = { fileId: 'F-20131220-0001', createdAt: Date.UTC(2013, 11, 20, 11), day: '2013-12-20' };
  return { ...of, payer, currency, digits: 2, payments, amount: 1800n };
}

describe.each(['EUR', 'CNY'])('a pain.001 in %s', (currency) => {
  const xml = new TextDecoder().decode(pain.write(fileIn(currency)));

  it('has its elements in the order and number of the message definition', () => {
    for (const { name, parts } of elementsOf(xml)) {
      const defined = PARTS[name === 'Id' ? '' : name] ?? '';
      const pattern = defined
        .split(' ')
        .filter((one) => one !== '')
        .map((one) => `(?:${one.replace(/[?*]$/, '')} )${one.endsWith('*') ? '*' : one.endsWith('?') ? '?' : ''}`)
        .join('');
      if (name === 'Id') expect(['', 'IBAN', 'Othr']).toContain(parts.join(' '));
      else expect(parts.map((one) => `${one} `).join(''), name).toMatch(new RegExp(`^${pattern}$`));
    }
  });

  it('keeps the lengths and sums of the scheme', () => {
    const all = (name: string) => elementsOf(xml).filter((one) => one.name === name);
    for (const { text } of [...all('MsgId'), ...all('PmtInfId'), ...all('EndToEndId')])
      expect(text.length).toBeLessThanOrEqual(35);
    expect(all('CtrlSum').map(({ text }) => text)).toEqual(['18.00', '18.00']);
    expect(all('NbOfTxs').map(({ text }) => text)).toEqual(['2', '2']);
    expect(all('IBAN').map(({ text }) => text)).toEqual([IBAN, IBAN, IBAN]);
    const names = all('Nm').map(({ text }) => text);
    if (currency === 'EUR') for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9/?:().,'+ -]{1,70}$/);
    else expect(names).toContain('Söhne & Töchter <GmbH> "Köln" O\'Neil');
    expect(xml.includes('<Cd>SEPA</Cd>')).toBe(currency === 'EUR');
  });
});
