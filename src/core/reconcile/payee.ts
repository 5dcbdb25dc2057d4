/**
 * Whether a bank line is with the payee of a payment. Banks mask, cut and combine accounts and spell names as they like, so
 * that only another account in full says that it went to another; a name never does.
 */
import type { Told } from '../bank/file.ts';

/** Where a payment was to go. */
export interface Payee {
  readonly account: string;
  readonly name: string;
}

/** Characters that stand for hidden or cut ones. */
const MASK = /[*•●×#…]|\.{3}|[xX]{3,}/;
const SHORTEST_PART = 4;

/** Whether a line is with one of the payees; `unknown` where that cannot be told. */
export function goesTo(line: Told, payees: readonly Payee[]): 'payee' | 'another' | 'unknown' {
  const found = payees.map((payee) => goesToOne(line, payee));
  if (found.includes('payee')) return 'payee';
  return found.length > 0 && found.every((one) => one === 'another') ? 'another' : 'unknown';
}

function goesToOne({ counterparty, counterpartyName }: Told, { account, name }: Payee): ReturnType<typeof goesTo> {
  const ours = plain(account);
  const stated = accountsIn(counterparty);
  const isNamed = name !== '' && [counterparty, counterpartyName].some((text) => letters(text) === letters(name));
  if (ours === '') return isNamed ? 'payee' : 'unknown';
  if ([...stated, ...accountsIn(counterpartyName)].includes(ours)) return 'payee';
  if (stated.length > 0 && !stated.some((one) => isPart(one, ours))) return 'another';
  return isNamed ? 'payee' : 'unknown';
}

/** The accounts in a text, without signs and blanks: as a whole, or in it beside a name. None that is masked. */
function accountsIn(text: string): string[] {
  const wide = text.normalize('NFKC');
  const words = [wide, ...wide.split(/[\s()[\]<>,;:/|]+/)];
  return words.filter((word) => /[\d@]/.test(word) && !MASK.test(word) && !/[()]/.test(word)).map(plain);
}

/** Whether one is the beginning or end of the other, as a cut account is, or the number in an IBAN. */
function isPart(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= SHORTEST_PART && (long.startsWith(short) || long.endsWith(short));
}

/** Width, case, blanks and signs do not make another account. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}@]/gu, '');
}

/** Nor accents another name. */
function letters(text: string): string {
  return plain(text.normalize('NFKD').replaceAll(/\p{M}/gu, ''));
}
