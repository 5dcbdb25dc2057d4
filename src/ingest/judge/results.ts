/** Judges what the bank says of deductions and payouts: known, following what came before, and not dated before it (SPEC 3, 10). */
import { isoOf } from '../../core/calendar.ts';
import { quote, type Row } from '../../core/feeds/feed.ts';
import { follows, type InstructionState } from '../../core/settlement/results.ts';
import type { Session } from '../../store/connection/session.ts';
import { instructionsUnder, type KeptResult, resultsUnder } from '../../store/intake/intake.ts';
import { asideText, type Candidate, dueDay, type Ledger } from './chunk-tally.ts';
import type { TradeTerms } from './trade-fact.ts';

/** Judges a chunk of results and keeps what it accepts. */
export async function judgeResults(
  session: Session,
  kind: 'deduction' | 'payout',
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const idColumn = `${kind}_id`;
  const ids = [...new Set(candidates.map(({ row }) => String(row[idColumn])))];
  const made = new Map(
    (await instructionsUnder(session, kind, ids)).map((one) => [one.instruction_id, one.business_day]),
  );
  const results = new Map<string, KeptResult[]>();
  for (const result of await resultsUnder(session, ids)) {
    results.set(result.instruction_id, [...(results.get(result.instruction_id) ?? []), result]);
  }
  const accepted: { result: KeptResult; n: number; aside: string | null }[] = [];
  for (const { row, given } of candidates) {
    const result = resultOf(row, idColumn);
    const before = results.get(result.instruction_id) ?? [];
    const same = before.find((one) => one.status === result.status);
    if (same !== undefined) {
      if (same.at === result.at && same.reason === result.reason) ledger.duplicate();
      else
        ledger.refuse(
          'conflict',
          given,
          `${kind} ${quote(result.instruction_id)} is known as ${result.status} with other content: it stays as it was first delivered`,
        );
      continue;
    }
    const fault = faultOf(kind, result, made.get(result.instruction_id), before.at(-1), terms);
    if (fault !== undefined) {
      ledger.refuse('rejected', given, fault);
      continue;
    }
    results.set(result.instruction_id, [...before, result]);
    accepted.push({ result, n: ledger.next(), aside: asideText(given) });
    ledger.accept();
  }
  const columns = ['instruction_id', 'status', 'at', 'reason', 'due_day', 'batch', 'n', 'aside'];
  const rows = accepted.map(({ result, n, aside }) => [
    result.instruction_id,
    result.status,
    isoOf(result.at),
    result.reason,
    dueDay(terms.calendar, result.at, terms.nextDay),
    terms.batch,
    n,
    aside,
  ]);
  await session.copyIn('result', columns, rows);
}

function resultOf(row: Row, idColumn: string): KeptResult {
  return {
    instruction_id: String(row[idColumn]),
    status: row['status'] as KeptResult['status'],
    at: row['at'] as number,
    reason: String(row['reason']),
  };
}

function faultOf(
  kind: 'deduction' | 'payout',
  result: KeptResult,
  madeOn: string | undefined,
  last: KeptResult | undefined,
  terms: TradeTerms,
): string | undefined {
  const what = `${kind} ${quote(result.instruction_id)}`;
  if (madeOn === undefined) return `no ${what} was instructed`;
  const state: InstructionState['status'] = last?.status ?? 'instructed';
  if (!follows(state, result.status)) return `${what} is ${state}: ${result.status} cannot follow`;
  if (terms.calendar.dayOf(result.at) < madeOn) return `dated before ${what} was instructed on ${madeOn}`;
  if (last !== undefined && result.at < last.at) {
    return `dated before ${what} was ${last.status} at ${terms.calendar.format(last.at)}`;
  }
  return undefined;
}
