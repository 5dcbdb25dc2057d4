/** Order lines with the partition they lie in, as a query asks for them: a line is looked for in its own partition alone. */
import { sql } from 'kysely';
import { arrayLiteral } from './wire.ts';

/** An order line's id and the partition it lies in. */
export interface PlacedLine {
  readonly partition: number;
  readonly orderLineId: string;
}

/** The lines as rows `named (partition, line)` to join. Asked for by two lists, every line would be looked for everywhere. */
export function named(lines: readonly PlacedLine[]) {
  return sql`unnest(${lines.map((line) => line.partition)}::smallint[],
    ${arrayLiteral(lines.map((line) => line.orderLineId))}::text[]) as named (partition, line)`;
}
