/**
 * The chart of accounts and the book's own ids as SQL, made from core/accounts.ts and twins of core/ids.ts. No other
 * file of the store spells an account or such an id; a test holds each twin to its function.
 */
import { type RawBuilder, sql } from 'kysely';
import { CHART, PARTY_PLACE, type PartyAccount, piecesOf } from '../core/accounts.ts';

type Text = RawBuilder<string>;

/** `<before>text<after>`; pieces that the code says itself, and so literals. */
const around = (before: string, text: Text, after: string): Text =>
  sql<string>`${sql.lit(before)} || ${text} || ${sql.lit(after)}`;

/** The account of a party whose id is a column or an expression. */
export function accountOf(name: PartyAccount, party: Text): Text {
  const [before, after] = piecesOf(name);
  return around(before, party, after);
}

/** What the paths of a party's accounts of a kind are like: `liabilities:publisher:%:payable`. */
export const accountsLike = (name: PartyAccount): string => CHART[name].path.replace('*', '%');

/** The same as a literal, where an index of this condition is to be found. */
export const returnedLike = (): Text => sql.lit(accountsLike('returned')) as Text;

/** The party whose account a column names. */
export const partyOf = (account: string): Text =>
  sql<string>`split_part(${sql.ref(account)}, ':', ${sql.lit(PARTY_PLACE)})`;

/** Whether a column's account is any seller's, by the order of paths, which an index has: `;` follows `:`. */
export function isSellers(account: string): RawBuilder<boolean> {
  const [before] = piecesOf('due');
  const column = sql.ref(account);
  const after = before.replace(/:$/, ';');
  return sql<boolean>`${column} >= ${sql.lit(before)} and ${column} < ${sql.lit(after)}`;
}

/** The kind of a column's account, as the chart writes it: `assets:seller:*:due`. */
export function kindOf(account: string): Text {
  const parties = [
    ...new Set(Object.values(CHART).flatMap(({ path, of }) => (of === 'book' ? [] : path.split('*')[0]))),
  ];
  const pattern = `^(${parties.join('|')})[^:]+:`;
  return sql<string>`regexp_replace(${sql.ref(account)}, ${sql.lit(pattern)}, '\\1*:')`;
}

/** The id of an entry of the log whose columns are at hand; `from` is the table's alias, where it is joined to others. */
export function entryId(from = ''): Text {
  const column = (name: string): Text => sql.ref<string>(from === '' ? name : `${from}.${name}`);
  return sql<string>`(${column('business_day')}::text || '.' || ${column('type')}::text || '.' || ${column('subject')}
    || '.' || ${column('ordinal')}::text)`;
}

/** Entry ids to be compared and sorted, as ids are: by code point. */
export const entryOrder = (from = ''): Text => sql<string>`${entryId(from)} collate "C"`;

/** Events in the order of a statement's lines (SPEC 10): by business day, which an index has, then by entry. */
export const statementOrder = (from: string): RawBuilder<unknown> =>
  sql`${sql.ref(`${from}.business_day`)}, ${entryOrder(from)}`;

/** The deduction of a seller on a day, both of them columns or expressions. */
export const deductionId = (seller: Text, day: Text): Text =>
  sql<string>`'D-' || ${seller} || '-' || to_char(${day}, 'YYYYMMDD')`;

/** What is above every id of a seller's deductions and below those of sellers further on. */
export const afterDeductions = (seller: Text): Text => around('D-', seller, '-:');

/** The payout of a publisher's statement of a month (`yyyy-mm`). */
export const payoutId = (publisher: Text, month: Text): Text =>
  sql<string>`'P-' || ${publisher} || '-' || replace(${month}, '-', '')`;

/** The subject of a publisher's statement of a month (`yyyy-mm`). */
export const statementSubject = (publisher: Text, month: Text): Text => sql<string>`${publisher} || '-' || ${month}`;
