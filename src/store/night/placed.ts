/** Order lines with the partition they lie in, as a query asks for them: a line is looked for in its own partition alone. */
import { sql } from 'kysely';
import { arrayLiteral } from '../connection/copy-format.ts';

/** An order line's id and the partition it lies in. */
export interface PlacedLine {
  readonly partition: number;
  readonly orderLineId: string;
}

/** The lines as rows `named (partition, line)` to join. Asked for by two lists, every line would be looked for everywhere. */
export function named(lines: readonly PlacedLine[]) {
  return sql`unnest(${`{${lines.map((line) => line.partition).join(',')}}`}::smallint[],
    ${arrayLiteral(lines.map((line) => line.orderLineId))}::text[]) as named (partition, line)`;
}

/**
 * A table's rows of each named line, to be joined `on true`. Kept apart by `offset 0`, so that they are always found by the
 * table's key: where statistics are old or the table small, a plan would rather scan all of it for every list.
 */
export function ofNamed(table: 'order_line' | 'trade_fact' | 'attribution' | 'settlement', alias: string) {
  return sql`lateral (select * from ${sql.table(table)} where partition = named.partition and order_line_id = named.line offset 0)
    ${sql.ref(alias)}`;
}
