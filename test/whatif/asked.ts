/** Asks a "what if" of a test's book as the command does, and tells what the book itself has to compare it with. */
import { expect } from 'vitest';
import type { Day } from '../../src/core/calendar.ts';
import { type Changes, NO_CHANGE } from '../../src/core/whatif/changes.ts';
import type { WhatIf } from '../../src/core/whatif/result.ts';
import type { ChangedLine } from '../../src/core/whatif/tally.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { nightRows } from '../../src/store/proof/sums.ts';
import { whatIf } from '../../src/whatif/whatif.ts';

interface Asked {
  readonly from?: Day;
  readonly to?: Day;
  readonly changes?: Partial<Changes>;
  readonly workers?: number;
  readonly top?: number;
  readonly prices?: { readonly cpc: bigint | null; readonly cpa: bigint | null };
  readonly onChanged?: (lines: readonly ChangedLine[]) => void;
}

/** Asks of the whole book, or of a span of it. */
export async function ask(book: { session: Session; url: string }, asked: Asked = {}): Promise<WhatIf> {
  const { nights } = await nightRows(book.session);
  return whatIf(book.session, {
    from: asked.from ?? nights[0]?.business_day ?? '',
    to: asked.to ?? nights.at(-1)?.business_day ?? '',
    changes: { ...NO_CHANGE, ...asked.changes },
    said: [],
    prices: asked.prices ?? { cpc: null, cpa: null },
    top: asked.top ?? 100_000,
    url: book.url,
    workers: asked.workers ?? 1,
    onProgress: () => undefined,
    onChanged: asked.onChanged ?? null,
  });
}

/** What the book's own tables have of the lines of a span that it decided itself, by group: lines, commission, fee, earning, held. */
export async function booked(session: Session, group: string, from: Day, to: Day): Promise<Record<string, bigint[]>> {
  const { rows } = await session.client.query<{ key: string; figures: string[] }>(
    `select ${group} as key, array[
        count(*), coalesce(sum(s.commission), 0), coalesce(sum(s.fee), 0), coalesce(sum(s.earning), 0),
        coalesce(sum(s.earning) filter (where s.state = 'settled' and s.hold = 'held'), 0)]::text[] as figures
     from attribution a
     join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
     left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
     where a.business_day between $1 and $2 and o.brought_in is null group by 1`,
    [from, to],
  );
  return Object.fromEntries(rows.map(({ key, figures }) => [key, figures.map(BigInt)]));
}

/** The state of every table and sequence, down to which transaction wrote each row. */
export async function fingerprint(session: Session): Promise<Record<string, string>> {
  const { rows } = await session.client.query<{ name: string; kind: string }>(
    `select c.relname as name, c.relkind::text as kind from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'S') order by 1`,
  );
  const found: Record<string, string> = {};
  for (const { name, kind } of rows) {
    const row = kind === 'S' ? "t.last_value || ' ' || t.is_called" : 't.xmin::text || t.ctid::text || t::text';
    const said = await session.client.query<{ state: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(${row}, '' order by ${row})), '') as state from "${name}" t`,
    );
    found[name] = said.rows[0]?.state ?? '';
  }
  return found;
}

/** Holds an answer without a change against the book's own tables: it has to be the book itself. */
export async function holdAgainstBook(book: { session: Session }, answer: WhatIf): Promise<void> {
  const { from, to } = answer;
  const all = await booked(book.session, "'all'", from, to);
  const { lines, commission, fee, earning, held } = answer.all.book;
  expect([lines, commission, fee, earning, held]).toEqual(all['all'] ?? [0n, 0n, 0n, 0n, 0n]);
  expect(answer.all.other).toEqual(answer.all.book);
  const traces = await booked(book.session, 'coalesce(s.trace, a.trace, a.reason)', from, to);
  const groups = [
    ...answer.traces.map((one) => [one.trace, one.both] as const),
    ...answer.reasons.map((one) => [one.reason, one.both] as const),
  ];
  expect(Object.fromEntries(groups.map(([key, { book: b }]) => [key, [b.lines, b.commission]]))).toEqual(
    Object.fromEntries(Object.entries(traces).map(([key, [n, c]]) => [key, [n, c]])),
  );
  expect(answer.lines).toEqual({ list: [], of: 0 });
  expect(answer.sellers.of + answer.publishers.of).toBe(0);
}
