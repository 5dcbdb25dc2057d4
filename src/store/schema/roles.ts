/**
 * Who the engine is to the database. A book's owner migrates it; from then on the engine acts as `cps_writer`, which can
 * add to the books and change nothing in them. What each role may do is in migrations/010_roles.sql, and what a seller or
 * publisher sees of its own too.
 */
import { connect, type Session } from '../connection/session.ts';

/** From PostgreSQL 16 on a member may be one that cannot act as the role, as who made it is at first. */
const ACTING = `case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end`;

/**
 * Makes a session act as `cps_writer`, where the role is there and the connected user is a member of it.
 * @returns false where it stays the connected user: a reader or auditor, or an owner on a server without the roles
 */
export async function actAsWriter(session: Session): Promise<boolean> {
  const { rows } = await session.client.query<{ may: boolean | null }>(
    `select pg_has_role(to_regrole('cps_writer'), ${ACTING})
       and has_table_privilege(to_regrole('cps_writer'), to_regclass('public.log'), 'insert') as may`,
  );
  if (rows[0]?.may !== true) return false;
  await session.client.query('set role cps_writer');
  return true;
}

/** Connects, and acts as `cps_writer` where that may be. Throws as connect. */
export async function connectAsWriter(url: string, application: string): Promise<Session> {
  const session = await connect(url, application);
  try {
    await actAsWriter(session);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * Makes the roles and grants them what they need, as the book's owner; where all is well already it does nothing.
 * @param always also where the writer may append already: new tables want grants of their own
 */
export async function grantRoles(session: Session, always: boolean): Promise<void> {
  const { rows } = await session.client.query<{ wanted: boolean | null; apart: boolean }>(
    `select pg_has_role(relowner, 'usage') and ($1 or coalesce(
         pg_has_role(to_regrole('cps_writer'), ${ACTING})
           and has_table_privilege(to_regrole('cps_writer'), oid, 'insert'), false) = false) as wanted,
       relrowsecurity or not pg_has_role(relowner, 'usage') or to_regprocedure('public.grant_parties()') is null as apart
     from pg_class where oid = to_regclass('public.log') and to_regprocedure('public.grant_roles()') is not null`,
    [always],
  );
  const [found] = rows;
  if (found?.wanted === true) await session.client.query('select grant_roles()');
  // Where the parties could not be kept apart before, somebody may have made it possible since.
  if (found?.wanted === true || found?.apart === false) await session.client.query('select grant_parties()');
}

/** Whether sellers and publishers have roles in this book that PostgreSQL holds to their own rows. */
export async function hasParties(session: Session): Promise<boolean> {
  const { rows } = await session.client.query<{ ready: boolean | null }>(
    `select coalesce(pg_has_role(session_user, to_regrole('cps_seller'), ${ACTING})
       and pg_has_role(session_user, to_regrole('cps_publisher'), ${ACTING}), false)
       and (select relrowsecurity from pg_class where oid = to_regclass('public.log')) as ready`,
  );
  return rows[0]?.ready === true;
}
