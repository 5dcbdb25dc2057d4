// Reads a generated book back, and attributes its lines in the shortest way that still shows its proportions.
// It is no judge of the engine's attribution: rates are left aside.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Row = Readonly<Record<string, string>>;

/** A feed's rows; generated cells are never quoted. */
export async function read(out: string, file: string): Promise<Row[]> {
  const [header = '', ...lines] = (await readFile(join(out, `${file}.csv`), 'utf8')).trimEnd().split('\n');
  const columns = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    if (cells.length !== columns.length || line.includes('"')) throw new Error(`${file}: ${line}`);
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
  });
}

export const cell = (row: Row | undefined, column: string): string => row?.[column] ?? '';
export const fen = (amount: string): number => Number(amount.replace('.', ''));
export const instant = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;
export const by = (rows: readonly Row[], column: string): Map<string, Row> =>
  new Map(rows.map((row) => [cell(row, column), row]));

export interface Outcome {
  attributed: number;
  crossStore: number;
  'fast-order': number;
  'overwritten-click': number;
  'referrer-mismatch': number;
}

/** Attribution in short (SPEC 5), rates left aside: enough to see a book's proportions. */
export function attributeAll(feeds: ReadonlyMap<string, readonly Row[]>, clicks: readonly Row[]): Outcome {
  const feed = (name: string): readonly Row[] => feeds.get(name) ?? [];
  const on = (name: string, key: string, at: string, test: (row: Row) => boolean, start = false): boolean => {
    const rows =
      switches(feeds, name)
        .get(key)
        ?.filter((row) => cell(row, 'at') <= at) ?? [];
    const last = rows.at(-1);
    return last === undefined ? start : test(last);
  };
  const sites = by(feed('sites'), 'site_id');
  const malls = by(feed('shops'), 'shop_id');
  const publishers = by(feed('publishers'), 'publisher_id');
  const ofBuyer = new Map<string, Row[]>();
  for (const click of clicks) {
    const own = ofBuyer.get(cell(click, 'buyer_id'));
    if (own === undefined) ofBuyer.set(cell(click, 'buyer_id'), [click]);
    else own.push(click);
  }
  const earns = (order: Row, pid: string, at: string, cross: boolean): boolean => {
    const [, publisher = '', site = ''] = pid.split('_');
    const shop = cell(order, 'shop_id');
    const permission = `cross-store:${cell(malls.get(shop), 'mall')}`;
    return (
      cell(sites.get(site), 'publisher_id') === publisher &&
      on('publisher-status', publisher, at, () => false, true) &&
      on('site-reviews', site, at, (row) => cell(row, 'status') === 'approved') &&
      on('programme', shop, at, (row) => cell(row, 'action') === 'join') &&
      (!cross || on('permissions', `${site} ${permission}`, at, (row) => cell(row, 'action') === 'grant')) &&
      !cell(publishers.get(publisher), 'own_buyer_ids').split(';').includes(cell(order, 'buyer_id'))
    );
  };
  const outcome: Outcome = {
    attributed: 0,
    crossStore: 0,
    'fast-order': 0,
    'overwritten-click': 0,
    'referrer-mismatch': 0,
  };
  for (const order of feed('orders')) {
    const paid = instant(cell(order, 'paid_at'));
    const coupon = cell(order, 'coupon_pid');
    if (coupon !== '') {
      if (earns(order, coupon, cell(order, 'paid_at'), false)) outcome.attributed++;
      continue;
    }
    const candidates = (ofBuyer.get(cell(order, 'buyer_id')) ?? [])
      .filter(
        (row) => paid - 15 * 86_400 <= instant(cell(row, 'clicked_at')) && instant(cell(row, 'clicked_at')) <= paid,
      )
      .sort((a, b) => (latest(a) < latest(b) ? 1 : -1));
    const crosses = (row: Row): boolean => cell(row, 'shop_id') !== cell(order, 'shop_id');
    const won = candidates.find((row) => earns(order, cell(row, 'pid'), cell(row, 'clicked_at'), crosses(row)));
    if (won === undefined) continue;
    outcome.attributed++;
    if (crosses(won)) outcome.crossStore++;
    const at = instant(cell(won, 'clicked_at'));
    const [, publisher = '', site = ''] = cell(won, 'pid').split('_');
    const earlier = candidates.filter(
      (row) => at - 60 <= instant(cell(row, 'clicked_at')) && instant(cell(row, 'clicked_at')) <= at,
    );
    const others = earlier.filter(
      (row) => cell(row, 'shop_id') === cell(won, 'shop_id') && !cell(row, 'pid').includes(`_${publisher}_`),
    );
    if (paid - at < 3) outcome['fast-order']++;
    if (others.length > 0) outcome['overwritten-click']++;
    const referrer = cell(won, 'referrer');
    if (referrer !== '' && !new URL(referrer).host.endsWith(cell(sites.get(site), 'domain')))
      outcome['referrer-mismatch']++;
  }
  return outcome;
}

const latest = (row: Row): string => `${cell(row, 'clicked_at')} ${cell(row, 'click_id')}`;

const sorted = new WeakMap<ReadonlyMap<string, readonly Row[]>, Map<string, Map<string, Row[]>>>();

/** A dated switch's rows by its subject, in order of time. */
function switches(feeds: ReadonlyMap<string, readonly Row[]>, name: string): Map<string, Row[]> {
  const cached = sorted.get(feeds) ?? new Map<string, Map<string, Row[]>>();
  sorted.set(feeds, cached);
  const found = cached.get(name);
  if (found !== undefined) return found;
  const rows = [...(feeds.get(name) ?? [])].sort((a, b) => (cell(a, 'at') < cell(b, 'at') ? -1 : 1));
  const made = new Map<string, Row[]>();
  for (const row of rows) {
    const subject =
      cell(row, Object.keys(row)[0] ?? '') + (name === 'permissions' ? ` ${cell(row, 'permission')}` : '');
    made.set(subject, [...(made.get(subject) ?? []), row]);
  }
  cached.set(name, made);
  return made;
}
