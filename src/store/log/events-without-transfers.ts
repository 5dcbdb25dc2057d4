/** What was decided and moved no money: voids, releases, reversals or forfeits of nothing, and whatever concerns sites. */

import { sql } from 'kysely';
import { type EventType, LINE_EVENTS, typesWhere } from '../../core/events/index.ts';
import { SUBJECTS } from '../../core/promotion/events.ts';
import { entryOrder } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { typeList } from '../event-types.ts';
import type { Row } from '../schema/tables.ts';

export interface SilentRecord
  extends Pick<Row<'log'>, 'business_day' | 'occurred_at' | 'type' | 'subject' | 'ordinal'> {
  /** Why, where the event's body gives a reason. */
  readonly reason: string | null;
}

/** What was decided of lines and sites; an earning that clears is decided by nobody. */
const RECORDED: readonly EventType[] = [
  ...LINE_EVENTS.filter((type) => type !== 'EarningCleared'),
  ...typesWhere(({ name }) => Object.hasOwn(SUBJECTS, name)),
];

/** Every event about a commission or a site that has no transfer, in the order of entries. */
export function silentRecords(session: Session): AsyncGenerator<SilentRecord[]> {
  const query = sql<SilentRecord>`
    select l.business_day, l.occurred_at, l.type::text as type, l.subject, l.ordinal, l.body::jsonb ->> 'reason' as reason
    from log l
    where l.type in ${typeList(RECORDED)}
      and not exists (select from transfer t where t.partition = l.partition and t.position = l.position)
    order by ${entryOrder('l')}`;
  return session.stream(query);
}
