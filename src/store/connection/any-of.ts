/** A list as one parameter, however long it is: what Kysely writes for `in` has a parameter for each of its items. */
import { type RawBuilder, sql } from 'kysely';

/** `any(...)`, to be compared with `=`. */
export const anyOf = <T>(items: readonly T[]): RawBuilder<T> => sql<T>`any(${items})`;
