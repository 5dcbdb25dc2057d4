/**
 * The chart of accounts (SPEC 11): each kind of account once, with its path, whose it is and what it holds. What moves
 * between them is in ledger.ts; how the store asks for them is in store/chart.ts, made from this.
 */

/** The path of one account, such as `assets:seller:s1:due`. */
export type Account = string;

export interface AccountKind {
  /** `*` stands for the party's id. */
  readonly path: string;
  /** Whose it is: each seller's, each publisher's, or the one of the book. */
  readonly of: 'seller' | 'publisher' | 'book';
  readonly holds: string;
}

/** In the order of SPEC 11. */
export const CHART = {
  due: { path: 'assets:seller:*:due', of: 'seller', holds: 'owed by the seller and not yet instructed' },
  deductionsInClearing: {
    path: 'assets:clearing:deductions',
    of: 'book',
    holds: 'deductions instructed, not confirmed',
  },
  bank: { path: 'assets:bank', of: 'book', holds: 'what the bank says moved' },
  payable: { path: 'liabilities:publisher:*:payable', of: 'publisher', holds: 'owed to the publisher' },
  held: { path: 'liabilities:publisher:*:held', of: 'publisher', holds: 'earned and under a hold' },
  clearing: {
    path: 'liabilities:publisher:*:clearing',
    of: 'publisher',
    holds: "earned and not payable yet: it waits for its day, or for its seller's deduction",
  },
  returned: {
    path: 'liabilities:publisher:*:returned',
    of: 'publisher',
    holds: 'paid out and come back, already taxed',
  },
  payoutsInClearing: { path: 'liabilities:clearing:payouts', of: 'book', holds: 'payouts instructed, not confirmed' },
  taxWithheld: { path: 'liabilities:tax:withheld', of: 'book', holds: 'tax withheld from publishers' },
  serviceFee: { path: 'revenues:service-fee', of: 'book', holds: 'the fees of settled commission' },
  adjustment: { path: 'expenses:adjustment', of: 'book', holds: 'the other side of a manual adjustment' },
  'bank-charges': { path: 'expenses:bank-charges', of: 'book', holds: 'what banks took for their services' },
  interest: { path: 'revenues:interest', of: 'book', holds: 'what banks paid on balances' },
  unallocated: {
    path: 'liabilities:unallocated',
    of: 'book',
    holds: 'money at the bank of which nobody knows yet whose it is',
  },
  opening: { path: 'equity:opening', of: 'book', holds: 'the other side of balances brought in from old books' },
} as const satisfies Readonly<Record<string, AccountKind>>;

export type AccountName = keyof typeof CHART;
type NamesOf<Holder extends AccountKind['of']> = {
  [Name in AccountName]: (typeof CHART)[Name]['of'] extends Holder ? Name : never;
}[AccountName];
/** The accounts that each seller or publisher has one of. */
export type PartyAccount = NamesOf<'seller' | 'publisher'>;

/** The two pieces of a party's account, between which its id stands. */
export function piecesOf(name: PartyAccount): readonly [before: string, after: string] {
  const [before = '', after = ''] = CHART[name].path.split('*');
  return [before, after];
}

/** Posting makes millions of paths, so the pieces are taken apart once. */
function accountsNamed(name: PartyAccount): (party: string) => Account {
  const [before, after] = piecesOf(name);
  return (party) => before + party + after;
}

/** What a seller owes and has not been asked for; in debit while it owes. */
export const due = accountsNamed('due');
/** What a publisher is owed; in credit while it is. */
export const payable = accountsNamed('payable');
export const held = accountsNamed('held');
export const clearing = accountsNamed('clearing');
export const returned = accountsNamed('returned');

/** The book's own account of a name. */
export const ownAccount = (name: NamesOf<'book'>): Account => CHART[name].path;

/** Every account that a seller or publisher has. */
export function accountsOf(role: 'seller' | 'publisher', party: string): Account[] {
  const kinds: readonly AccountKind[] = Object.values(CHART);
  return kinds.filter((kind) => kind.of === role).map((kind) => kind.path.replace('*', party));
}

/** Where the party's id stands in a party's account, counted from 1 between colons. */
export const PARTY_PLACE = 3;

/** The seller or publisher whose account it is; of a party's account only. */
export function partyOfAccount(account: Account): string {
  return account.split(':')[PARTY_PLACE - 1] ?? '';
}
