/**
 * Rows that somebody supposes and does not deliver: a file of a feed read whole, judged as intake judges its rows and
 * their parents, and kept nowhere. One bad row refuses the file.
 */
import type { Terms } from '../../core/feeds/columns.ts';
import {
  Fault,
  type Feed,
  keyOf,
  parseRow,
  quote,
  type Row,
  requiredColumns,
  sameContent,
} from '../../core/feeds/feed.ts';
import { habituated } from '../../core/feeds/habits.ts';
import { FEEDS } from '../../core/feeds/index.ts';
import type { PermissionRow, RateRow } from '../../core/whatif/changes.ts';
import type { Session } from '../../store/connection/session.ts';
import { knownIds, shopsOfPlans } from '../../store/intake/intake.ts';
import { habitsOf } from '../source/habits.ts';
import { read, SourceError, survey } from '../source/source.ts';
import { rateFault } from './registry.ts';

/** A row with the line of the file it stands on. */
interface Placed {
  readonly row: Row;
  readonly line: number;
}

/**
 * The permission rows of a file.
 * @param terms the book's zone and digits
 * @throws SourceError, one sentence with file and line, for the first row that is not one or names a site not known
 */
export async function supposedPermissions(session: Session, file: string, terms: Terms): Promise<PermissionRow[]> {
  const rows = await rowsOf(file, 'permissions', terms);
  const ids = [...new Set(rows.map(({ row }) => String(row['site_id'])))];
  const sites = await knownIds(session, 'site', 'site_id', ids);
  return rows.map(({ row, line }) => {
    const siteId = String(row['site_id']);
    if (!sites.has(siteId)) throw bad(file, line, `site ${siteId} is not known to the book: name one that is`);
    const { permission, action, at } = row;
    return { siteId, permission: String(permission), action: String(action), at: Number(at) };
  });
}

/** The rate rows of a file, likewise; two rows of one key must not say different things. */
export async function supposedRates(session: Session, file: string, terms: Terms): Promise<RateRow[]> {
  const rows = await rowsOf(file, 'rates', terms);
  const shops = await shopsOfPlans(session, [...new Set(rows.map(({ row }) => String(row['plan_id'])))]);
  return rows.map(({ row, line }) => {
    const planId = String(row['plan_id']);
    const shop = shops.get(planId);
    if (shop === undefined) throw bad(file, line, `plan ${planId} is not known to the book: name one that is`);
    const fault = rateFault(row, shop);
    if (fault !== undefined) throw bad(file, line, fault);
    const { scope, scope_id: scopeId, rate, valid_from: from, valid_to: to } = row;
    return {
      planId,
      scope: scope as RateRow['scope'],
      scopeId: String(scopeId),
      rate: String(rate),
      validFrom: Number(from),
      validTo: to === null ? null : Number(to),
    };
  });
}

const bad = (file: string, line: number, reason: string): SourceError =>
  new SourceError(`${file}:${line}: ${reason}; nothing was decided`);

async function rowsOf(file: string, name: string, terms: Terms): Promise<Placed[]> {
  const feed = FEEDS.find((known) => known.name === name) as Feed;
  const found = await survey(file);
  const reading = await read(found, { columns: Object.keys(feed.columns), required: requiredColumns(feed) });
  const habits = await habitsOf(feed, found, reading, terms.digits);
  const known = new Map<string, Placed>();
  for await (const chunk of reading.chunks()) {
    for (const { line, cells, fault } of chunk) {
      const spelt = cells === null ? new Fault(fault ?? 'the row does not parse') : habituated(feed, habits, cells);
      const row = spelt instanceof Fault ? spelt : parseRow(feed, spelt, terms);
      if (row instanceof Fault) throw bad(file, line, row.reason);
      const key = keyOf(feed, row);
      const before = known.get(key);
      if (before === undefined) known.set(key, { row, line });
      else if (!sameContent(feed, before.row, row)) {
        const id = quote(String(row[feed.key[0] ?? '']));
        throw bad(file, line, `${feed.key.join(', ')} ${id} stands in line ${before.line} with other content`);
      }
    }
  }
  if (known.size === 0) throw new SourceError(`${file} has no rows: give at least one, or leave the option out`);
  return [...known.values()];
}
