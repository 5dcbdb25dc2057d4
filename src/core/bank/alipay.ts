/**
 * Reads Alipay's 账务明细: columns by their header, comment lines for account, days and totals. The totals and the chain of
 * balances have to hold, so that a file that was cut, repeated or altered is refused. Decoding GBK is done before.
 */
import { formatMoney, type Money, parseSum } from '../money.ts';
import {
  type Balanced,
  type BankFile,
  type BankLine,
  type BankTerms,
  chained,
  inAndOut,
  repeatedRef,
  type TableRow,
} from './file.ts';

const REF = '账务流水号';
const AT = '发生时间';
const IN = '收入金额(+元)';
const OUT = '支出金额(-元)';
const BALANCE = '账户余额(元)';
const NEEDED = [REF, AT, IN, OUT, BALANCE];

/** Half-width brackets, and no tab or blank around: banks write both, and pad. */
const plain = (cell: string): string => cell.replaceAll('（', '(').replaceAll('）', ')').trim();

/** Whether rows look like this format. */
export function isAlipay(rows: readonly TableRow[]): boolean {
  return rows.slice(0, 20).some(({ cells }) => cells.some((cell) => plain(cell) === REF));
}

interface Frame {
  readonly account: string;
  readonly since: number;
  readonly through: number;
  readonly totals: Readonly<Record<'income' | 'outgo', { count: number; amount: Money }>>;
}

/**
 * Reads a file.
 * @param rows the file's lines; a comment line is one cell that begins with `#`
 * @returns its lines and the one statement they make; or one sentence that says what does not hold, and where
 */
export function readAlipay(rows: readonly TableRow[], terms: BankTerms): BankFile | string {
  const comments = rows
    .filter(({ cells }) => cells[0]?.trim().startsWith('#'))
    .map(({ cells }) => cells.join(',').trim());
  const table = rows.filter(({ cells }) => !cells[0]?.trim().startsWith('#'));
  const frame = frameOf(comments, terms);
  if (typeof frame === 'string') return frame;
  const header = table[0]?.cells.map(plain) ?? [];
  const missing = NEEDED.find((name) => !header.includes(name));
  if (missing !== undefined) return `the header row lacks ${missing}: export the 账务明细 with all its columns`;
  const movements: Balanced[] = [];
  for (const row of table.slice(1)) {
    const read = movementOf(row, header, frame, terms);
    if (typeof read === 'string') return `line ${row.line}: ${read}`;
    movements.push(read);
  }
  const lines = movements.map(({ line }) => line);
  const fault = totalsFault(lines, frame, terms.digits);
  if (fault !== undefined) return fault;
  if (lines.length === 0) return { lines, statements: [] };
  const ends = chained(movements, terms.digits);
  if (typeof ends === 'string') return ends;
  const { account, since, through } = frame;
  const statementRef = `${lines[0]?.lineRef}-${lines.at(-1)?.lineRef}`;
  return { lines, statements: [{ statementRef, account, sequence: null, since, through, ...ends }] };
}

function frameOf(comments: readonly string[], { calendar, digits }: BankTerms): Frame | string {
  const text = comments.join('\n');
  const account = /#账号[：:]\s*\[?([^\]\s]+)\]?/.exec(text)?.[1];
  if (account === undefined)
    return 'no comment line names the account (#账号：[...]): deliver the file as it was exported';
  const moment = (name: string): number | undefined => {
    const at = new RegExp(`${name}[：:]\\s*\\[?(\\d{4})年(\\d\\d)月(\\d\\d)日\\s+(\\d\\d:\\d\\d:\\d\\d)`).exec(text);
    return at === null ? undefined : calendar.parse(`${at[1]}-${at[2]}-${at[3]} ${at[4]}`);
  };
  const [since, until] = [moment('起始日期'), moment('终止日期')];
  if (since === undefined || until === undefined || until <= since)
    return 'no comment line says which days it is of (#起始日期：[...] 终止日期：[...]): deliver the file as it was exported';
  // It ends before midnight, or with a last second such as 23:59:59.
  const through = until % 60_000 === 59_000 ? until + 1000 : until;
  const total = (name: string): { count: number; amount: Money } | undefined => {
    const said = new RegExp(`#${name}[：:]\\s*(\\d{1,9})笔[，,]\\s*共\\s*-?([\\d.]+)元`).exec(text);
    const amount = parseSum(said?.[2] ?? '', digits);
    return amount === undefined ? undefined : { count: Number(said?.[1]), amount };
  };
  const [outgo, income] = [total('支出合计'), total('收入合计')];
  if (outgo === undefined || income === undefined)
    return 'the totals lines (#支出合计, #收入合计) are missing: the file was cut short, export it again';
  return { account, since, through, totals: { income, outgo } };
}

function movementOf(row: TableRow, header: readonly string[], frame: Frame, terms: BankTerms): Balanced | string {
  const cells = row.cells.map((cell) => cell.trim());
  if (cells.length !== header.length) return `${cells.length} cells where the header has ${header.length}`;
  const of = (name: string): string => cells[header.indexOf(name)] ?? '';
  if (of(REF) === '') return `${REF} is empty`;
  const bookedAt = terms.calendar.parse(of(AT).replaceAll('/', '-'));
  if (bookedAt === undefined) return `${AT} ${JSON.stringify(of(AT))} is no moment such as 2013-12-11 17:31:00`;
  if (bookedAt < frame.since || bookedAt >= frame.through) return `${AT} ${of(AT)} is outside the days of the file`;
  const money = (name: string): Money | undefined => parseSum(of(name).replace(/^\+/, '') || '0', terms.digits);
  const [income, outgo, balance] = [money(IN), money(OUT), money(BALANCE)];
  if (income === undefined || income < 0n) return `${IN} ${JSON.stringify(of(IN))} is no amount`;
  if (outgo === undefined) return `${OUT} ${JSON.stringify(of(OUT))} is no amount`;
  if (balance === undefined || of(BALANCE) === '') return `${BALANCE} ${JSON.stringify(of(BALANCE))} is no amount`;
  if ((income === 0n) === (outgo === 0n)) return 'it has to be income or an expense, and is neither or both';
  const line = {
    lineRef: of(REF),
    account: frame.account,
    bookedAt,
    amount: income - (outgo < 0n ? -outgo : outgo),
    reference: of('商户订单号') || of('业务流水号'),
    counterparty: of('对方账号'),
    counterpartyName: of('对方名称'),
    memo: [of('商品名称'), of('业务类型'), of('备注')].filter((text) => text !== '').join(' '),
  };
  return { at: row.line, line, balance };
}

function totalsFault(lines: readonly BankLine[], frame: Frame, digits: number): string | undefined {
  const repeated = repeatedRef(lines);
  if (repeated !== undefined) return `${REF} ${repeated.lineRef} stands in the file twice: export it again`;
  const found = inAndOut(lines);
  const names = { income: '收入合计', outgo: '支出合计' } as const;
  for (const side of ['outgo', 'income'] as const) {
    const [said, are] = [frame.totals[side], found[side]];
    if (said.count !== are.count || said.amount !== are.amount)
      return `${names[side]} says ${said.count} lines, ${formatMoney(said.amount, digits)}, and the file has ${are.count}, ${formatMoney(are.amount, digits)}: a line is missing, altered or twice`;
  }
  return undefined;
}
