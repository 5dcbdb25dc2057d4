/**
 * What a "what if" is asked with: files and prices as typed, read and judged before anything is decided; and the answer
 * they come to. The command, the preview of a policy and scenarios ask here.
 */
import { basename } from 'node:path';
import type { Day } from '../core/calendar.ts';
import { formatMoney, type Money, parseMoney } from '../core/money.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Changes } from '../core/whatif/changes.ts';
import type { Supposed as Change, WhatIf } from '../core/whatif/result.ts';
import type { ChangedLine } from '../core/whatif/tally.ts';
import { settingChanges } from '../formats/settings.ts';
import type { Twice } from '../formats/whatif/compared.ts';
import { supposedPermissions, supposedRates } from '../ingest/judge/supposed.ts';
import type { Session } from '../store/connection/session.ts';
import { type Book, policies } from '../store/night/book.ts';
import { nightRows } from '../store/proof/sums.ts';
import { lineAgain } from '../whatif/line.ts';
import { WrongSpan } from '../whatif/past.ts';
import { whatIf } from '../whatif/whatif.ts';
import { type PolicyDraft, policyFrom } from './policies.ts';
import { UsageError } from './usage-error.ts';

/** A span and what is to be different in it, as typed. */
export interface Supposed {
  readonly from: Day;
  readonly to: Day;
  /** A file, or a draft that was read already. */
  readonly policy?: string | PolicyDraft;
  readonly permissions?: string;
  readonly rates?: string;
  readonly cpc?: string;
  readonly cpa?: string;
}

/** How it is to be answered. */
export interface Asking {
  /** The database, where threads take part; null where the session alone decides. */
  readonly url: string | null;
  readonly workers: number;
  readonly top: number;
  readonly onProgress?: (lines: number) => void;
  readonly onChanged?: (lines: readonly ChangedLine[]) => void;
}

/** What is supposed, read: the changes, and what is told of each. */
interface Read {
  readonly changes: Changes;
  readonly said: readonly Change[];
}

/** Decides the span again. Throws UsageError, SourceError or Refused before anything was decided. */
export async function answerTo(session: Session, book: Book, supposed: Supposed, asking: Asking): Promise<WhatIf> {
  const prices = { cpc: priceOf('--cpc', supposed.cpc, book), cpa: priceOf('--cpa', supposed.cpa, book) };
  const { changes, said } = await readSupposed(session, book, supposed);
  const { from, to } = supposed;
  const { url, workers, top } = asking;
  const listening = { onProgress: asking.onProgress ?? (() => undefined), onChanged: asking.onChanged ?? null };
  return asTyped(() => whatIf(session, { from, to, changes, said, prices, top, url, workers, ...listening }));
}

/** Decides one line of the span again, and lays both decisions side by side. */
export async function comparisonOf(session: Session, book: Book, supposed: Supposed, line: string): Promise<Twice> {
  const { changes } = await readSupposed(session, book, supposed);
  const { from, to } = supposed;
  const { book: mine, other } = await asTyped(() => lineAgain(session, { from, to, changes }, line));
  return { line, book: mine, other };
}

async function readSupposed(session: Session, book: Book, supposed: Supposed): Promise<Read> {
  const said: Change[] = [];
  let policy: Policy | null = null;
  if (supposed.policy !== undefined) {
    const given = supposed.policy;
    const draft = typeof given === 'string' ? await policyFrom(given, book.digits) : given;
    policy = draft.policy;
    said.push(await policyChange(session, book, draft, supposed.to));
  }
  const permissions =
    supposed.permissions === undefined ? [] : await supposedPermissions(session, supposed.permissions, book);
  if (supposed.permissions !== undefined)
    said.push(
      rowsChange(
        'permissions',
        permissions.map((row) => row.siteId),
        supposed.permissions,
      ),
    );
  const rates = supposed.rates === undefined ? [] : await supposedRates(session, supposed.rates, book);
  if (supposed.rates !== undefined)
    said.push(
      rowsChange(
        'rates',
        rates.map((row) => row.planId),
        supposed.rates,
      ),
    );
  return { changes: { policy, permissions, rates }, said };
}

/** The policy that the night of a day used; undefined where it was not run. */
export async function policyOfNight(session: Session, book: Book, day: Day): Promise<Policy | undefined> {
  const { nights } = await nightRows(session);
  const version = nights.find((night) => night.business_day === day)?.policy;
  return (await policies(session, book.digits)).find((one) => one.version === version)?.policy;
}

/** The policy, and in which settings it differs from the one in force on the span's last day. */
async function policyChange(session: Session, book: Book, { policy, called }: PolicyDraft, day: Day): Promise<Change> {
  const before = await policyOfNight(session, book, day);
  const settings = settingChanges(before ?? policy, policy, book.digits)
    .filter(([name]) => name !== 'name')
    .map(([name, now, was]) => ({ name, now, was }));
  return { kind: 'policy', name: policy.name, file: basename(called), day, settings };
}

function rowsChange(kind: 'permissions' | 'rates', ids: readonly string[], path: string): Change {
  return { kind, file: basename(path), parties: new Set(ids).size, rows: ids.length };
}

function priceOf(option: string, text: string | undefined, { digits }: Book): Money | null {
  if (text === undefined) return null;
  const price = parseMoney(text, digits);
  if (price === undefined || price <= 0n)
    throw new UsageError(
      `${option} ${JSON.stringify(text)} is no price: give an amount above 0 such as ${formatMoney(30n, digits)}`,
    );
  return price;
}

/** A span that the book does not hold is a mistake of typing. */
async function asTyped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof WrongSpan ? new UsageError(error.message) : error;
  }
}
