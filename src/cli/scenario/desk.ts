/** What a scenario's people say at the risk desk, done as the commands do it. The moments are the scenario's own. */
import { BOOKED_AGAINST } from '../../core/events/bank.ts';
import { parseSum } from '../../core/money.ts';
import { Refusal } from '../../core/refusal.ts';
import { perform } from '../../office/acts/act.ts';
import { noteBreak } from '../../office/acts/bank.ts';
import { approveCase, decideAppeal, decideCase, lodgeAppeal } from '../../office/acts/cases.ts';
import { approvePosting, proposePosting } from '../../office/acts/postings.ts';
import type { Session } from '../../store/connection/session.ts';
import { readBook } from '../../store/night/book.ts';
import { commandDoor } from '../person.ts';

/** Whoever plays: the persons of a scenario are its own. */
const STAGE = { user: 'scenario' };

type Said = ReadonlyMap<string, string>;

/** What a person says, a line each: `by: Chen`. */
export function sayings(body: string): Said {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

/** Proposes or, where `decision` says `approve`, approves. */
export async function decideAsSaid(session: Session, of: string, said: Said): Promise<void> {
  const door = await doorOf(session, 'decide', said);
  const decision = oneOf(said, 'decision', ['release', 'forfeit', 'reject', 'approve']);
  if (decision === 'approve') {
    await perform(session, door, approveCase, { case: of });
    return;
  }
  const against = oneOf(said, 'against', ['none', 'freeze', 'terminate'], 'none');
  const points = said.has('points') ? Number(said.get('points')) : null;
  await perform(session, door, decideCase, { case: of, decision, reason: said.get('reason') ?? '', against, points });
}

/** Lodges an appeal or, where `outcome` says which, ends it. */
export async function appealAsSaid(session: Session, decision: string, said: Said): Promise<void> {
  const door = await doorOf(session, 'appeal', said);
  const given = { decision, publisher: said.get('publisher') ?? '', reason: said.get('reason') ?? '' };
  if (!said.has('outcome')) await perform(session, door, lodgeAppeal, given);
  else
    await perform(session, door, decideAppeal, { ...given, outcome: oneOf(said, 'outcome', ['granted', 'rejected']) });
}

/** Says of a break whose it is, what is known of it, or that it is resolved. */
export async function noteAsSaid(session: Session, of: string, said: Said): Promise<void> {
  const door = await doorOf(session, 'break', said);
  const [owner = null, resolve] = [said.get('owner'), said.get('resolve')];
  const step = owner !== null ? 'assign' : resolve === undefined ? 'comment' : 'resolve';
  const reason = owner === null ? (resolve ?? said.get('comment') ?? '') : null;
  await perform(session, door, noteBreak, { break: of, step, owner, reason });
}

/** Proposes of a break's line what it was, takes a posting back or, where neither is said, approves one. */
export async function postAsSaid(session: Session, of: string, said: Said): Promise<void> {
  const door = await doorOf(session, 'posting', said);
  const [against, back] = [said.get('against'), said.get('take-back')];
  const part = said.get('amount') ?? '';
  const book = await readBook(session);
  const none = { break: null, posting: null, against: null, amount: null, instruction: null };
  if (against !== undefined)
    await perform(session, door, proposePosting, {
      ...{ ...none, break: of, against: oneOf(said, 'against', BOOKED_AGAINST) },
      ...{ amount: parseSum(part, book?.digits ?? 0) ?? null, reason: said.get('reason') ?? '' },
    });
  else if (back !== undefined)
    await perform(session, door, proposePosting, {
      ...{ ...none, posting: of, instruction: said.get('instruction') ?? null, reason: back },
    });
  else await perform(session, door, approvePosting, { posting: of });
}

async function doorOf(session: Session, words: string, said: Said) {
  const book = await readBook(session);
  const at = book?.calendar.parse(said.get('at') ?? '');
  if (at === undefined) throw new Refusal(`at: ${said.get('at')} is no moment: write one such as 2013-12-11 17:31:00`);
  return commandDoor(STAGE, words, said.get('by') ?? '', at);
}

function oneOf<const T extends string>(said: Said, name: string, allowed: readonly T[], otherwise?: T): T {
  const found = allowed.find((one) => one === (said.get(name) ?? otherwise));
  if (found === undefined) throw new Refusal(`${name}: ${said.get(name)} is none of ${allowed.join(', ')}`);
  return found;
}
