/**
 * Reads Alipay's 账务明细: columns by their header, comment lines for account, days and totals. The totals and the chain of
 * balances have to hold, so that a file that was cut, repeated or altered is refused. What a spreadsheet does to a file
 * that it saves is read too, unless it took digits from an id. Decoding GBK is done before.
 */
import { formatMoney, type Money, parseSum } from '../money.ts';
import { amountIn, cleaned, dateOrderOf, hasLostDigits, momentIn } from './cells.ts';
import {
  type Balanced,
  type BankFile,
  type BankLine,
  type BankTerms,
  chained,
  inAndOut,
  type TableRow,
} from './file.ts';

const REF = '账务流水号';
const AT = '发生时间';
const IN = '收入金额(+元)';
const OUT = '支出金额(-元)';
const BALANCE = '账户余额(元)';
const NEEDED = [REF, AT, IN, OUT, BALANCE];
/** Columns whose cells are ids. */
const IDS = [REF, '业务流水号', '商户订单号'];

/** Half-width brackets, and no tab or blank around: banks write both, and pad. */
const plain = (cell: string): string => cleaned(cell).replaceAll('（', '(').replaceAll('）', ')');

/** Whether rows look like this format. */
export function isAlipay(rows: readonly TableRow[]): boolean {
  return rows.slice(0, 20).some(({ cells }) => cells.some((cell) => plain(cell) === REF)) || isAlipaySummary(rows);
}

/** Whether rows are the summary that Alipay packs with a 账务明细. */
export function isAlipaySummary(rows: readonly TableRow[]): boolean {
  return rows.slice(0, 20).some(({ cells }) => cells.some((cell) => /^#?支付宝账务汇总/.test(cleaned(cell))));
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
  if (isAlipaySummary(rows)) return 'it is the summary (汇总), which lists no movement: deliver the 账务明细 itself';
  const isComment = ({ cells }: TableRow): boolean => cleaned(cells[0] ?? '').startsWith('#');
  const comments = rows.filter(isComment).map(({ cells }) => cells.join(',').trim());
  const end =
    rows.find((row) => isComment(row) && row.cells.join(',').includes('列表结束'))?.line ?? Number.POSITIVE_INFINITY;
  const table = rows.filter(
    (row) => !isComment(row) && row.line < end && row.cells.some((cell) => cleaned(cell) !== ''),
  );
  const frame = frameOf(comments, terms);
  if (typeof frame === 'string') return frame;
  const header = trimmed(table[0]?.cells.map(plain) ?? []);
  const missing = NEEDED.find((name) => !header.includes(name));
  if (missing !== undefined) return `the header row lacks ${missing}: export the 账务明细 with all its columns`;
  const movements: Balanced[] = [];
  const notices: string[] = [];
  for (const row of table.slice(1)) {
    const cells = trimmed(row.cells.map(plain));
    if (cells.join() === header.join()) continue;
    const read = movementOf(cells, row.line, header, frame, terms);
    if (typeof read === 'string') return `line ${row.line}: ${read}`;
    if (read.line.amount === 0n) notices.push(`line ${row.line} moves 0 and was left aside`);
    else movements.push(read);
  }
  const repeated = repeatedIn(movements);
  if (repeated !== undefined) return `${REF} ${repeated.line.lineRef} stands in the file twice: export it again`;
  const fault = totalsFault(
    movements.map(({ line }) => line),
    notices.length,
    frame,
    terms.digits,
  );
  if (fault !== undefined) return fault;
  const { account, since, through } = frame;
  const own = { account, since, through };
  if (movements.length === 0) return { statements: [{ ...own, opening: null, closing: null, lines: [] }], notices };
  const ends = chained(movements, terms.digits);
  return typeof ends === 'string' ? ends : { statements: [{ ...own, ...ends }], notices };
}

/** Cells without the empty ones at the end, which spreadsheets add and take away. */
function trimmed(cells: readonly string[]): string[] {
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells.slice(0, last + 1);
}

/** A row that repeats another with its balance: an id alone says nothing, as a payment may share it with its fee. */
function repeatedIn(movements: readonly Balanced[]): Balanced | undefined {
  const seen = new Set<string>();
  return movements.find(({ line, balance }) => {
    const key = `${line.lineRef} ${line.amount} ${balance}`;
    const isThere = seen.has(key);
    seen.add(key);
    return isThere;
  });
}

function frameOf(comments: readonly string[], { calendar, digits }: BankTerms): Frame | string {
  const text = comments.join('\n');
  const account = /#账号[：:]\s*\[?([^\]\s,]+)\]?/.exec(text)?.[1];
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
    const said = new RegExp(`#${name}[：:]\\s*(\\d{1,9})\\s*笔[，,]\\s*共\\s*-?([\\d.]+)\\s*元`).exec(text);
    const amount = parseSum(said?.[2] ?? '', digits);
    return amount === undefined ? undefined : { count: Number(said?.[1]), amount };
  };
  const [outgo, income] = [total('支出合计'), total('收入合计')];
  if (outgo === undefined || income === undefined)
    return 'the totals lines (#支出合计, #收入合计) are missing: the file was cut short, export it again';
  return { account, since, through, totals: { income, outgo } };
}

function movementOf(
  cells: readonly string[],
  at: number,
  header: readonly string[],
  frame: Frame,
  terms: BankTerms,
): Balanced | string {
  if (cells.length > header.length) return `${cells.length} cells where the header has ${header.length}`;
  const of = (name: string): string => cells[header.indexOf(name)] ?? '';
  if (of(REF) === '') return `${REF} is empty`;
  const lost = IDS.find((name) => hasLostDigits(of(name)));
  if (lost !== undefined)
    return `${lost} ${of(lost)} has lost its digits: a spreadsheet saved this file, export it again`;
  const order = dateOrderOf([of(AT)]);
  const bookedAt = order === 'ymd' ? momentIn(of(AT), order, terms.calendar) : undefined;
  if (bookedAt === undefined) return `${AT} ${JSON.stringify(of(AT))} is no moment such as 2013-12-11 17:31:00`;
  if (bookedAt < frame.since || bookedAt >= frame.through) return `${AT} ${of(AT)} is outside the days of the file`;
  const money = (name: string): Money | undefined => amountIn(of(name) || '0', '.', terms.digits);
  const [income, outgo, balance] = [money(IN), money(OUT), money(BALANCE)];
  if (income === undefined || income < 0n) return `${IN} ${JSON.stringify(of(IN))} is no amount`;
  if (outgo === undefined) return `${OUT} ${JSON.stringify(of(OUT))} is no amount`;
  if (balance === undefined || of(BALANCE) === '') return `${BALANCE} ${JSON.stringify(of(BALANCE))} is no amount`;
  if (income !== 0n && outgo !== 0n) return 'it has to be income or an expense, and is neither or both';
  const line = {
    lineRef: of(REF),
    bookedAt,
    amount: income - (outgo < 0n ? -outgo : outgo),
    reference: of('商户订单号') || of('业务流水号'),
    counterparty: of('对方账号'),
    counterpartyName: of('对方名称'),
    memo: [of('商品名称'), of('业务类型'), of('备注')].filter((text) => text !== '').join(' '),
    parts: [],
  };
  return { at, line, balance };
}

/** What the totals contradict; lines of 0 may be counted in them. */
function totalsFault(lines: readonly BankLine[], zeros: number, frame: Frame, digits: number): string | undefined {
  const found = inAndOut(lines.map(({ amount }) => amount));
  const names = { income: '收入合计', outgo: '支出合计' } as const;
  for (const side of ['outgo', 'income'] as const) {
    const [said, are] = [frame.totals[side], found[side]];
    const isCounted = said.count >= are.count && said.count <= are.count + zeros;
    if (!isCounted || said.amount !== are.amount)
      return `${names[side]} says ${said.count} lines, ${formatMoney(said.amount, digits)}, and the file has ${are.count}, ${formatMoney(are.amount, digits)}: a line is missing, altered or twice`;
  }
  return undefined;
}
