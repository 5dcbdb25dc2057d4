/**
 * Bank accounts as a pain.001 has them: an IBAN that holds, or where the book's currency is not the euro a number. Names and
 * accounts that a bank would refuse are told with what is wrong; whether the account is there, the bank knows.
 */
import {
  electronicFormatIBAN,
  extractIBAN,
  isSEPACountry,
  isValidBIC,
  ValidationErrorsIBAN,
  validateIBAN,
} from 'ibantools';

/** Where a file goes by the rules of SEPA. */
export const isSepa = (currency: string): boolean => currency === 'EUR';

/** An account as files write it: an IBAN without blanks and in capitals. */
export function asWritten(account: string): { readonly iban: string } | { readonly other: string } {
  const plain = plainOf(account);
  return validateIBAN(plain).valid ? { iban: plain } : { other: account.trim() };
}

const plainOf = (account: string): string => electronicFormatIBAN(account) ?? '';

/** Begins as an IBAN does: a country and two digits. */
const LIKE_IBAN = /^[A-Z]{2}\d{2}[0-9A-Z]{8,}$/;
const OTHER_ACCOUNT = /^[0-9A-Za-z][0-9A-Za-z -]{0,33}$/;

const FAULTS: Partial<Readonly<Record<ValidationErrorsIBAN, string>>> = {
  [ValidationErrorsIBAN.WrongIBANChecksum]: 'check digits',
  [ValidationErrorsIBAN.WrongAccountBankBranchChecksum]: 'check digits of the account',
  [ValidationErrorsIBAN.ChecksumNotNumber]: 'check digits',
  [ValidationErrorsIBAN.WrongBBANLength]: 'length',
  [ValidationErrorsIBAN.WrongBBANFormat]: 'form of the account',
  [ValidationErrorsIBAN.NoIBANCountry]: 'country',
};

/** Why a text is no account for a file in a currency; undefined where it is one. */
export function accountFault(account: string, currency: string): string | undefined {
  const plain = plainOf(account);
  const { valid, errorCodes } = validateIBAN(plain);
  if (valid) {
    const { countryCode = '' } = extractIBAN(plain);
    return isSepa(currency) && !isSEPACountry(countryCode)
      ? `${account} is an IBAN of ${countryCode}, which SEPA does not reach`
      : undefined;
  }
  const why = [...new Set(errorCodes.flatMap((code) => FAULTS[code] ?? []))].join(', ');
  if (isSepa(currency) || LIKE_IBAN.test(plain)) return `${account} is no IBAN${why === '' ? '' : ` (${why})`}`;
  return OTHER_ACCOUNT.test(account) ? undefined : `${account} is no account number of a bank`;
}

/** Why a text is no BIC: its form, or a country that is none. */
export function bicFault(bic: string): string | undefined {
  return /^[A-Z0-9]+$/.test(bic) && isValidBIC(bic)
    ? undefined
    : `${bic} is no BIC: it has 8 or 11 capital letters and digits, such as COBADEFFXXX`;
}

/** The most characters of a name, and those it may have by the rules of SEPA (EPC217-08). */
const LONGEST_IN_SEPA = 70;
const LONGEST = 140;
const OUTSIDE_SEPA = /[^a-zA-Z0-9/?:().,'+ -]/u;

/** Letters with signs are written without; what SEPA has another sign for, with that. */
const INSTEAD: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', Æ: 'Ae', ø: 'o', Ø: 'O', œ: 'oe', Œ: 'Oe', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D' },
  ...{ '&': '+', ';': ',', '"': "'", '“': "'", '”': "'", '’': "'", '<': '(', '>': ')', _: '-', '–': '-' },
};

/** A name as files in a currency write it. */
export function nameAsWritten(name: string, currency: string): string {
  if (!isSepa(currency)) return name;
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return [...plain].map((one) => INSTEAD[one] ?? one).join('');
}

/** Why a name cannot stand in a file in a currency; undefined where it can. */
export function nameFault(name: string, currency: string): string | undefined {
  const written = nameAsWritten(name, currency);
  const most = isSepa(currency) ? LONGEST_IN_SEPA : LONGEST;
  if ([...written].length > most) return `the name has more than ${most} characters: amend the payee`;
  const strange = isSepa(currency) ? OUTSIDE_SEPA.exec(written)?.[0] : undefined;
  return strange === undefined ? undefined : `the name has ${strange}, which SEPA has no sign for: amend the payee`;
}
