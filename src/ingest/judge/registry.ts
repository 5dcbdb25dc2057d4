/**
 * Judges rows of the registry feeds: duplicates, amendments, conflicts, and parents that are not known (SPEC 3). A rate
 * of scope `shop` for another shop is impossible.
 */
import type { Day } from '../../core/calendar.ts';
import { canonical, type Feed, keyOf, quote, type Row, sameContent } from '../../core/feeds/feed.ts';
import type { Session } from '../../store/connection/session.ts';
import { type AcceptedRow, keepRows, knownIds, shopsOfPlans, versionsOf } from '../../store/intake/intake.ts';
import { asideText, type Candidate, type Ledger } from './chunk-tally.ts';

interface Parent {
  readonly column: string;
  readonly table: string;
  readonly what: string;
}

const publisher: Parent = { column: 'publisher_id', table: 'publisher', what: 'publisher' };
const site: Parent = { column: 'site_id', table: 'site', what: 'site' };
const shop: Parent = { column: 'shop_id', table: 'shop', what: 'shop' };
const plan: Parent = { column: 'plan_id', table: 'plan', what: 'plan' };
const application: Parent = { column: 'application_id', table: 'application', what: 'application' };
const adjustment: Parent = { column: 'adjustment_id', table: 'adjustment', what: 'adjustment' };
const notice: Parent = { column: 'notice_id', table: 'notice', what: 'notice' };

const PARENTS: Readonly<Record<string, readonly Parent[]>> = {
  'publisher-status': [publisher],
  contacts: [publisher],
  sites: [publisher],
  'site-reviews': [site],
  adzones: [site],
  permissions: [site],
  programme: [shop],
  plans: [shop],
  rates: [plan],
  'plan-members': [plan, publisher],
  filings: [site],
  ownership: [site],
  withdrawals: [site],
  applications: [site],
  'application-decisions': [application],
  notices: [site],
  'notice-cancellations': [notice],
  'adjustment-approvals': [adjustment],
  'opening-lines': [shop],
};

/** What a feed asks of its rows beyond their key and parents. */
export interface Further {
  /** Why a row is impossible, beside what is known and the rows accepted before it. */
  readonly impossible: (row: Row) => string | undefined;
  /** The day whose night takes a row, of feeds whose rows make an event. */
  readonly due?: (row: Row) => Day;
}

/** Judges a chunk of a registry feed and keeps what it accepts, which it returns. */
export async function judgeRegistry(
  session: Session,
  feed: Feed,
  batch: bigint,
  candidates: readonly Candidate[],
  ledger: Ledger,
  further?: Further,
): Promise<Row[]> {
  const idColumn = Object.keys(feed.columns)[0] ?? '';
  const ids = [...new Set(candidates.map(({ row }) => String(row[idColumn])))];
  const versions = new Map<string, Row[]>();
  for (const row of await versionsOf(session, feed, ids)) remember(versions, keyOf(feed, row), row);
  const orphaned = await orphanCheck(session, feed, candidates);
  const accepted: AcceptedRow[] = [];
  for (const { row, given } of candidates) {
    const key = keyOf(feed, row);
    const known = versions.get(key) ?? [];
    if (known.some((version) => sameContent(feed, version, row))) {
      ledger.duplicate();
      continue;
    }
    const latest = known.at(-1);
    const clash = latest === undefined ? undefined : clashOf(feed, latest, row);
    if (clash !== undefined) {
      ledger.refuse('conflict', given, clash);
      continue;
    }
    const orphan = orphaned(row);
    if (orphan !== undefined) {
      ledger.refuse('rejected', given, orphan);
      continue;
    }
    const impossible = further?.impossible(row);
    if (impossible !== undefined) {
      ledger.refuse('rejected', given, impossible);
      continue;
    }
    remember(versions, key, row);
    const due = further?.due === undefined ? {} : { dueDay: further.due(row) };
    accepted.push({ row, n: ledger.next(), aside: asideText(given), ...due });
    ledger.accept();
  }
  await keepRows(session, feed, batch, accepted);
  return accepted.map(({ row }) => row);
}

function remember(versions: Map<string, Row[]>, key: string, row: Row): void {
  const known = versions.get(key);
  if (known === undefined) versions.set(key, [row]);
  else known.push(row);
}

/** Why a row cannot amend the version in force, or undefined when it can (SPEC 3, amendment). */
function clashOf(feed: Feed, latest: Row, row: Row): string | undefined {
  const changed = Object.keys(feed.columns).filter(
    (name) => canonical(latest[name] ?? null) !== canonical(row[name] ?? null),
  );
  const fixed = changed.find(
    (name) => !feed.amendable.includes(name) && !(name === 'valid_to' && latest[name] === null),
  );
  if (fixed === undefined) return undefined;
  const known = latest[fixed] ?? null;
  // An amount would show as minor units.
  const before = typeof known === 'bigint' ? 'another amount' : quote(canonical(known));
  return `${feed.key.join(', ')} ${quote(String(row[feed.key[0] ?? '']))} is known with ${fixed} ${before}, which cannot be changed: deliver it under a new key, or as it was`;
}

/** Answers, for a row, which parent is not known. */
async function orphanCheck(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
): Promise<(row: Row) => string | undefined> {
  const parents = PARENTS[feed.name] ?? [];
  const known = new Map<string, Set<string>>();
  for (const { column, table } of parents) {
    const ids = [...new Set(candidates.map(({ row }) => String(row[column])))];
    known.set(column, await knownIds(session, table, column, ids));
  }
  const shops =
    feed.name === 'rates'
      ? await shopsOfPlans(session, [...new Set(candidates.map(({ row }) => String(row['plan_id'])))])
      : undefined;
  return (row) => {
    for (const { column, what } of parents) {
      const id = String(row[column]);
      if (known.get(column)?.has(id) !== true) return `${what} ${id} is not known: deliver it first`;
    }
    if (shops !== undefined && row['scope'] === 'shop' && shops.get(String(row['plan_id'])) !== row['scope_id']) {
      return `a rate of scope shop must be for the plan's own shop ${shops.get(String(row['plan_id']))}, not ${row['scope_id']}`;
    }
    return undefined;
  };
}
