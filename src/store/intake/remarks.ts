/** What looked wrong in deliveries, counted by kind: gathered, kept, and read for who looks. */
import { sql } from 'kysely';
import type { Odd, OddKind } from '../../core/feeds/odd.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';

/** One kind of what looked wrong in a delivery. */
export interface Remark extends Odd {
  readonly count: number;
  /** The first lines of the file that it is about; none of a file as a whole. */
  readonly lines: readonly number[];
}

const MOST_LINES = 20;

/** Gathers what looks wrong, by kind and column. */
export class Remarks {
  readonly #found = new Map<string, { odd: Odd; count: number; lines: number[] }>();

  add(odd: Odd, line?: number): void {
    const key = `${odd.kind} ${odd.about}`;
    const known = this.#found.get(key) ?? { odd, count: 0, lines: [] };
    known.count += 1;
    if (line !== undefined && known.lines.length < MOST_LINES) known.lines.push(line);
    this.#found.set(key, known);
  }

  all(): Remark[] {
    return [...this.#found.values()].map(({ odd, count, lines }) => ({ ...odd, count, lines }));
  }
}

/** Adds to what is kept of a delivery; of what is known already the first lines stay. */
export async function keepRemarks(session: Session, delivery: bigint, remarks: readonly Remark[]): Promise<void> {
  if (remarks.length === 0) return;
  const rows = remarks.map(({ kind, about, count, lines, detail }) => {
    return {
      delivery_id: delivery,
      kind,
      about,
      count: BigInt(count),
      lines: JSON.stringify(lines),
      detail: JSON.stringify(detail),
    };
  });
  await session.db
    .insertInto('remark')
    .values(rows)
    .onConflict((of) =>
      of.columns(['delivery_id', 'kind', 'about']).doUpdateSet({ count: sql`remark.count + excluded.count` }),
    )
    .execute();
}

/** Deliveries in which something looked wrong, the newest first, at most `limit`; of one feed or all. */
export function deliveriesRemarked(
  session: Session,
  feed: string | null,
  limit: number,
): Promise<Pick<Row<'delivery'>, 'delivery_id' | 'file' | 'feed'>[]> {
  return session.db
    .selectFrom('delivery as d')
    .select(['d.delivery_id', 'd.file', 'd.feed'])
    .where(sql<boolean>`exists (select from remark r where r.delivery_id = d.delivery_id)`)
    .$if(feed !== null, (of) => of.where('d.feed', '=', feed ?? ''))
    .orderBy('d.delivery_id', 'desc')
    .limit(limit)
    .execute();
}

/** What looked wrong in some deliveries, by delivery. */
export async function remarksOf(session: Session, deliveries: readonly bigint[]): Promise<Map<bigint, Remark[]>> {
  const rows = await session.all(sql<Row<'remark'>>`
    select delivery_id, kind, about, count, lines, detail from remark
    where delivery_id = any(${deliveries.map(String)}::bigint[]) order by delivery_id, kind, about`);
  const found = new Map<bigint, Remark[]>(deliveries.map((id) => [id, []]));
  for (const row of rows) {
    found.get(row.delivery_id)?.push({
      kind: row.kind as OddKind,
      about: row.about,
      count: Number(row.count),
      lines: JSON.parse(row.lines) as number[],
      detail: JSON.parse(row.detail) as Record<string, string>,
    });
  }
  return found;
}
