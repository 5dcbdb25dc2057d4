/**
 * Judges what old books hand on and its sign-off: parties and PIDs that are known, totals that agree, a second person. With
 * the sign-off the lines become order lines, and the facts that were parked for them are judged.
 */

import { signOffFault } from '../../core/cut-over/opening.ts';
import type {
  CutOverApprovalRow,
  CutOverWithdrawalRow,
  OpeningLineRow,
  OpeningRow,
} from '../../core/feeds/cut-over.ts';
import { parsePid } from '../../core/ids.ts';
import { openingLinesOf, openingsOf, signedOff } from '../../store/intake/openings.ts';
import { dueDay } from './chunk-tally.ts';
import { PARTY } from './finance.ts';
import { type Chunk, idsIn, judgement, type Parent, parent, type Rules } from './judgement.ts';
import { knownLines, takeLinesIn } from './trade.ts';

/** Until the sign-off openings do nothing; after it there are no more of them. */
const OPENINGS = judgement<OpeningRow>({
  parents: PARTY,
  begin: async ({ session, rows }) => {
    const signed = await signedOff(session, idsIn(rows, 'cut_over_id'));
    return {
      impossible: ({ cut_over_id: id }) =>
        signed.has(id) ? `cut-over ${id} is signed off: its openings are complete` : undefined,
    };
  },
});

/** A part of the PID that a line names, which the registry has to know. */
function ofPid(what: string, id: 'publisherId' | 'siteId' | 'adzoneId'): Parent<OpeningLineRow> {
  return { ...parent(what), ids: ({ pid }) => [parsePid(pid)?.[id] ?? []].flat() };
}

const OPENING_LINES = judgement<OpeningLineRow>({
  parents: [parent('shop'), ofPid('publisher', 'publisherId'), ofPid('site', 'siteId'), ofPid('adzone', 'adzoneId')],
  begin: async ({ session, rows, terms }) => {
    const signed = await signedOff(session, idsIn(rows, 'cut_over_id'));
    const lines = await knownLines(session, idsIn(rows, 'order_line_id'), terms);
    return {
      impossible: ({ cut_over_id: cutOver, pid, order_line_id: line }) => {
        if (signed.has(cutOver)) return `cut-over ${cutOver} is signed off: its lines are complete`;
        if (parsePid(pid) === undefined) return `pid ${pid} is none: it is mm_<publisher>_<site>_<adzone>`;
        return lines.has(line)
          ? `order line ${line} was delivered as an order: it is settled from its clicks`
          : undefined;
      },
    };
  },
});

async function signOff(chunk: Chunk<CutOverApprovalRow>): Promise<Rules<CutOverApprovalRow>> {
  const { session, rows, terms, tally } = chunk;
  const ids = idsIn(rows, 'cut_over_id');
  const known = await openingsOf(session, ids);
  const lines = await openingLinesOf(session, ids);
  const linesOf = ({ cut_over_id: id }: CutOverApprovalRow) => lines.filter((one) => one.cutOverId === id);
  return {
    impossible: (row) => {
      const openings = known.filter((one) => one.cutOverId === row.cut_over_id);
      const own = linesOf(row);
      const signed = { ...row, lines: row.lines ?? 0, linesPaid: row.lines_paid ?? 0n };
      return signOffFault({ openings, lines: own }, signed, { by: row.approved_by, at: row.approved_at }, terms.digits);
    },
    wake: async (accepted) => {
      const taken = accepted.flatMap((row) => {
        const due = dueDay(terms.calendar, row.approved_at, terms.nextDay);
        return linesOf(row).map((line) => ({ line, due }));
      });
      return takeLinesIn(session, taken, tally, terms);
    },
  };
}

const SIGN_OFF = judgement<CutOverApprovalRow>({ due: 'approved_at', begin: signOff });

const WITHDRAWAL = judgement<CutOverWithdrawalRow>({
  begin: async ({ session, rows }) => {
    const ids = idsIn(rows, 'cut_over_id');
    const signed = await signedOff(session, ids);
    const handedOn = [...(await openingsOf(session, ids)), ...(await openingLinesOf(session, ids))];
    const there = new Set(handedOn.map(({ cutOverId }) => cutOverId));
    return {
      impossible: ({ cut_over_id: id }) => {
        if (signed.has(id)) return `cut-over ${id} is signed off: post an adjustment for what is wrong in it`;
        return there.has(id) ? undefined : `nothing of cut-over ${id} is there to withdraw: look at its cut_over_id`;
      },
      accept: ({ cut_over_id: id }) => {
        there.delete(id);
      },
    };
  },
});

export const CUT_OVER = {
  'cut-over-withdrawals': WITHDRAWAL,
  openings: OPENINGS,
  'opening-lines': OPENING_LINES,
  'cut-over-approvals': SIGN_OFF,
};
