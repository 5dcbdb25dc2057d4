/**
 * What a payment file holds, whatever its format: who pays, and a row for each instruction. Payees come from the
 * registry when a file is written, and are in the file alone, in no event.
 */
import { createHash } from 'node:crypto';
import type { Day, Instant } from '../calendar.ts';
import type { Money } from '../money.ts';

/** Whose money it is. */
export interface Payer {
  readonly name: string;
  readonly account: string;
  readonly bic: string | null;
}

/** One payment; `reference` is what the bank will know it by. */
export interface Payment {
  readonly instructionId: string;
  readonly reference: string;
  readonly partyId: string;
  readonly name: string;
  readonly account: string;
  readonly amount: Money;
}

export interface PaymentFile {
  readonly fileId: string;
  readonly createdAt: Instant;
  readonly day: Day;
  readonly payer: Payer;
  readonly currency: string;
  readonly digits: number;
  readonly payments: readonly Payment[];
  readonly amount: Money;
}

/** The id of the n-th payment file ever written, from 1. */
export function fileIdOf(day: Day, n: number): string {
  return `F-${day.replaceAll('-', '')}-${String(n).padStart(4, '0')}`;
}

/** An instruction's id, or where a format has no room for it a digest of so many letters and digits. */
export function referenceOf(instructionId: string, longest: number): string {
  if (instructionId.length <= longest) return instructionId;
  const digest = createHash('sha256').update(instructionId).digest('hex');
  return `${instructionId.slice(0, 1)}${digest}`.slice(0, longest).toUpperCase();
}

/** Payments in files of at most so many, in their order. */
export function splitAt<T>(payments: readonly T[], most: number): T[][] {
  const files: T[][] = [];
  for (let at = 0; at < payments.length; at += most) files.push(payments.slice(at, at + most));
  return files;
}
