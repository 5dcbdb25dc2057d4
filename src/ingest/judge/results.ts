/** Judges what the bank says of deductions and payouts: known, following what came before, and not dated before it (SPEC 3, 10). */
import { isoOf } from '../../core/calendar.ts';
import { quote, type Row } from '../../core/feeds/feed.ts';
import { follows, type InstructionState } from '../../core/settlement/results.ts';
import { instructionsUnder, type KeptResult, resultsUnder } from '../../store/intake/intake.ts';
import { asideText, dueDay, type JudgeTerms } from './chunk-tally.ts';
import { type Chunk, idsIn, type Judgement, type Rules, stays } from './judgement.ts';

type Kind = 'deduction' | 'payout';

function resultOf(row: Row, kind: Kind): KeptResult {
  return {
    instruction_id: String(row[`${kind}_id`]),
    status: row['status'] as KeptResult['status'],
    at: row['at'] as number,
    reason: String(row['reason']),
  };
}

async function begin({ session, rows, terms }: Chunk, kind: Kind): Promise<Rules> {
  const ids = idsIn(rows, `${kind}_id`);
  const made = new Map(
    (await instructionsUnder(session, kind, ids)).map((one) => [one.instruction_id, one.business_day]),
  );
  const kept = await resultsUnder(session, ids);
  const last = new Map(kept.map((result) => [result.instruction_id, result]));
  return {
    stored: kept.map(({ instruction_id: id, ...result }) => ({ [`${kind}_id`]: id, ...result })),
    impossible: (row) => {
      const result = resultOf(row, kind);
      const id = result.instruction_id;
      return faultOf(kind, result, made.get(id), last.get(id), terms);
    },
    accept: (row) => {
      const result = resultOf(row, kind);
      last.set(result.instruction_id, result);
    },
    keep: async (accepted) => {
      const rows = accepted.map(({ row, given, n }) => {
        const result = resultOf(row, kind);
        const due_day = dueDay(terms.calendar, result.at, terms.nextDay);
        return { ...result, at: isoOf(result.at), due_day, batch: terms.batch, n, aside: asideText(given) };
      });
      await session.copyIn('result', rows);
    },
  };
}

function faultOf(
  kind: Kind,
  result: KeptResult,
  madeOn: string | undefined,
  last: KeptResult | undefined,
  terms: JudgeTerms,
): string | undefined {
  const what = `${kind} ${quote(result.instruction_id)}`;
  if (madeOn === undefined) return `no ${what} was instructed: check its id`;
  const state: InstructionState['status'] = last?.status ?? 'instructed';
  if (!follows(state, result.status)) return `${what} is ${state}: ${result.status} cannot follow`;
  if (terms.calendar.dayOf(result.at) < madeOn) return `dated before ${what} was instructed on ${madeOn}`;
  if (last !== undefined && result.at < last.at) {
    return `dated before ${what} was ${last.status} at ${terms.calendar.format(last.at)}`;
  }
  return undefined;
}

const judgementOf = (kind: Kind): Judgement => ({ conflict: stays, begin: (chunk) => begin(chunk, kind) });

export const RESULTS = {
  'deduction-results': judgementOf('deduction'),
  'payout-results': judgementOf('payout'),
};
