/** A piece of a transaction that may fail on a key that is already there, and leave the rest as it was. */
import { codeOf } from '../../core/error-code.ts';
import type { Session } from './session.ts';

const UNIQUE_VIOLATION = '23505';

/** Runs work inside the open transaction; false, and nothing done, when it met a key that is already there. */
export async function inSavepoint(session: Session, work: () => Promise<unknown>): Promise<boolean> {
  await session.client.query('savepoint piece');
  try {
    await work();
    await session.client.query('release savepoint piece');
    return true;
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error;
    await session.client.query('rollback to savepoint piece');
    return false;
  }
}
