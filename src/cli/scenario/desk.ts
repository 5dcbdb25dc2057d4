/**
 * What people do at the risk desk in a scenario, through the same functions as the commands. The instants are the
 * scenario's own.
 */
import type { Instant } from '../../core/calendar.ts';
import { noteBreak } from '../../office/bank.ts';
import { approveCase, decideAppeal, decideCase, lodgeAppeal } from '../../office/rulings.ts';
import type { Session } from '../../store/connection/session.ts';
import { readBook } from '../../store/night/book.ts';
import { UsageError } from '../errors.ts';

type Said = ReadonlyMap<string, string>;

/** Proposes or, where `decision` says `approve`, approves. */
export async function decideAsSaid(session: Session, caseId: string, said: Said): Promise<void> {
  const by = said.get('by') ?? '';
  const at = await momentIn(session, said);
  const decision = oneOf(said, 'decision', ['release', 'forfeit', 'reject', 'approve']);
  if (decision === 'approve') {
    await approveCase(session, caseId, by, at);
    return;
  }
  const against = oneOf(said, 'against', ['none', 'freeze', 'terminate'], 'none');
  const points = said.has('points') ? Number(said.get('points')) : null;
  await decideCase(session, caseId, { decision, by, at, reason: said.get('reason') ?? '', against, points });
}

/** Lodges an appeal or, where `outcome` says which, ends it. */
export async function appealAsSaid(session: Session, decisionId: string, said: Said): Promise<void> {
  const of = (name: string): string => said.get(name) ?? '';
  const at = await momentIn(session, said);
  const order = { decisionId, publisherId: of('publisher'), by: of('by'), at, reason: of('reason') };
  if (!said.has('outcome')) await lodgeAppeal(session, order);
  else await decideAppeal(session, order, oneOf(said, 'outcome', ['granted', 'rejected']));
}

/** Says of a break whose it is, what is known of it, or that it is resolved. */
export async function noteAsSaid(session: Session, breakId: string, said: Said): Promise<void> {
  const at = await momentIn(session, said);
  const [owner, resolve] = [said.get('owner'), said.get('resolve')];
  const text = resolve ?? said.get('comment') ?? '';
  const step = resolve === undefined ? 'comment' : 'resolve';
  await noteBreak(
    session,
    breakId,
    said.get('by') ?? '',
    at,
    owner === undefined ? { step, reason: text } : { step: 'assign', owner },
  );
}

async function momentIn(session: Session, said: Said): Promise<Instant> {
  const book = await readBook(session);
  const at = book?.calendar.parse(said.get('at') ?? '');
  if (at === undefined)
    throw new UsageError(`at: ${said.get('at')} is no moment: write one such as 2013-12-11 17:31:00`);
  return at;
}

function oneOf<const T extends string>(said: Said, name: string, allowed: readonly T[], otherwise?: T): T {
  const found = allowed.find((one) => one === (said.get(name) ?? otherwise));
  if (found === undefined) throw new UsageError(`${name}: ${said.get(name)} is none of ${allowed.join(', ')}`);
  return found;
}
