/**
 * Which of a book's policies is in force and which comes next (SPEC 14); a draft of one, read and judged, and adopting it.
 * What a draft would have made of the past is not decided here.
 */

import { readFile } from 'node:fs/promises';
import type { Day } from '../core/calendar.ts';
import { whyNot } from '../core/error-code.ts';
import { type Policy, parsePolicy, policyText } from '../core/policy/policy.ts';
import { Refusal } from '../core/refusal.ts';
import { nextDayOf } from '../night/night.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import { policyDays } from '../store/lists/status.ts';
import { adoptPolicy, type Book, policies, takeTurnToAdopt, type VersionedPolicy } from '../store/night/book.ts';
import type { Door } from '../store/people/audit.ts';
import { recordDone } from './acts/act.ts';

/** A policy and the first day whose night used it, or will; null where no day is known yet. */
export interface DatedPolicy extends VersionedPolicy {
  readonly from: Day | null;
}

export interface PoliciesInForce {
  /** What the last night used; before any night, what the first will use. */
  readonly inForce: DatedPolicy;
  /** Adopted since, for the next day to be run. */
  readonly next: DatedPolicy | null;
  /** The last adopted: `next`, or `inForce`. */
  readonly last: VersionedPolicy;
  /** The first day that a policy adopted now would hold for; null where no day is known yet. */
  readonly comes: Day | null;
}

/** Looks up which policy is in force. */
export async function policiesInForce(session: Session, book: Book): Promise<PoliciesInForce> {
  const known = await policies(session, book.digits);
  const used = await policyDays(session);
  const last = known.at(-1);
  if (last === undefined) throw new Error('the book has no policy: it was not made by cps init');
  const current = known.findLast((one) => used.has(one.version)) ?? last;
  const comes = book.nextDay ?? (await nextDayOf(session, book));
  return {
    inForce: { ...current, from: used.get(current.version) ?? comes },
    next: last.version > current.version ? { ...last, from: comes } : null,
    last,
    comes,
  };
}

/** A policy that is written and not adopted. */
export interface PolicyDraft {
  readonly policy: Policy;
  /** Its text as it was written. */
  readonly document: string;
  /** What to call it in a sentence, such as the path of its file. */
  readonly called: string;
}

/** Reads a draft. @throws Refusal that says what is wrong in it */
export function draftOf(document: string, digits: number, called: string): PolicyDraft {
  const policy = parsePolicy(document, digits);
  if (typeof policy === 'string') throw new Refusal(`${called}: ${policy}`);
  return { policy, document, called };
}

/** Reads a policy file, or the preset when there is none. Refusal names the file and what is wrong in it. */
export async function policyFrom(file: string | undefined, digits: number): Promise<PolicyDraft> {
  return file === undefined ? draftOf('{}', digits, 'the policy') : draftOf(await readPolicyFile(file), digits, file);
}

async function readPolicyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Refusal(`the policy ${file} cannot be read (${whyNot(error)}): give the path of a JSON file`);
  }
}

/** What adopting a draft came to. */
interface Adoption {
  /** False where the last adopted says the same already: then nothing was changed. */
  readonly adopted: boolean;
  readonly version: number;
  readonly name: string;
  /** The first day it holds for, or has held for; null where no day is known yet. */
  readonly from: Day | null;
}

/** Adopts a draft, unless the last adopted says the same. Of two who adopt the same at once, one does. */
export function adoptDraft(session: Session, door: Door, book: Book, { policy }: PolicyDraft): Promise<Adoption> {
  return session.transaction(async () => {
    const now = (await takeTurnToAdopt(session)) ?? book;
    const { last } = await policiesInForce(session, now);
    const same = policyText(policy, book.digits) === policyText(last.policy, book.digits);
    const version = same ? last.version : await adoptPolicy(insideTransaction(session), policy);
    if (!same)
      await recordDone(insideTransaction(session), door, 'adopt-policy', `policy ${version}`, { name: policy.name });
    const { inForce, next } = await policiesInForce(session, now);
    return { adopted: !same, version, name: policy.name, from: (next ?? inForce).from };
  });
}
