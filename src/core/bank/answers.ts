/**
 * Reads a bank's answers about payments (pain.002 or a table): a reference, and what became of it. An answer that
 * settles nothing (pending, accepted) stays `unknown`, so that nothing is paid a second time because of it.
 */
import type { Calendar, Instant } from '../calendar.ts';
import type { TableRow } from './file.ts';
import { all, textAt, type XmlElement } from './xml.ts';

export interface Answer {
  readonly reference: string;
  readonly outcome: 'done' | 'refused' | 'unknown';
  readonly at: Instant;
  readonly reason: string;
}

const DONE = ['confirmed', 'ACSC', 'ACCC', 'success', '成功'];
const REFUSED = ['failed', 'returned', 'RJCT', 'fail', '失败'];
const UNKNOWN = ['unknown', 'pending', 'PDNG', 'ACTC', 'ACCP', 'ACSP', 'ACWC', 'RCVD', '处理中'];
const COLUMNS = ['reference', 'status', 'at', 'reason'];
const PAIN_002 = 'urn:iso:std:iso:20022:tech:xsd:pain.002.001.';

function outcomeOf(status: string): Answer['outcome'] | undefined {
  if (DONE.includes(status)) return 'done';
  if (REFUSED.includes(status)) return 'refused';
  return UNKNOWN.includes(status) ? 'unknown' : undefined;
}

/** Reads a table with the columns reference, status, at and reason; or one sentence that says what does not hold. */
export function readAnswerTable(rows: readonly TableRow[], calendar: Calendar): Answer[] | string {
  const header = rows[0]?.cells.map((cell) => cell.trim()) ?? [];
  const missing = COLUMNS.find((name) => !header.includes(name));
  if (missing !== undefined) return `the header row lacks ${missing}: it must name ${COLUMNS.join(', ')}`;
  const answers: Answer[] = [];
  for (const { line, cells } of rows.slice(1)) {
    if (cells.length !== header.length)
      return `line ${line}: ${cells.length} cells where the header has ${header.length}`;
    const [reference = '', status = '', at = '', reason = ''] = COLUMNS.map((name) =>
      (cells[header.indexOf(name)] ?? '').trim(),
    );
    const read = answerOf(reference, status, calendar.parse(at), reason);
    if (typeof read === 'string') return `line ${line}: ${read}`;
    answers.push(read);
  }
  return answers;
}

/** Reads a pain.002 of any version that answers for each payment; or one sentence that says what does not hold. */
export function readPain002(document: XmlElement, calendar: Calendar): Answer[] | string {
  if (document.name !== 'Document' || !document.namespace.startsWith(PAIN_002))
    return `the root is ${document.name} of ${document.namespace || 'no namespace'}, and not a Document of ${PAIN_002}nn`;
  const created = textAt(document, 'CstmrPmtStsRpt/GrpHdr/CreDtTm');
  const answers: Answer[] = [];
  for (const one of all(document, 'CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts')) {
    const reference = textAt(one, 'OrgnlEndToEndId', 'OrgnlInstrId');
    const reason = [textAt(one, 'StsRsnInf/Rsn/Cd', 'StsRsnInf/Rsn/Prtry'), textAt(one, 'StsRsnInf/AddtlInf')];
    const at = calendar.parse(textAt(one, 'AccptncDtTm') || created);
    const read = answerOf(reference, textAt(one, 'TxSts'), at, reason.filter((text) => text !== '').join(' '));
    if (typeof read === 'string') return `payment ${reference || '(without reference)'}: ${read}`;
    answers.push(read);
  }
  const group = textAt(document, 'CstmrPmtStsRpt/OrgnlGrpInfAndSts/GrpSts');
  return answers.length > 0
    ? answers
    : `it answers for no payment (TxInfAndSts), only for the group (${group || 'no GrpSts'})`;
}

function answerOf(reference: string, status: string, at: Instant | undefined, reason: string): Answer | string {
  if (reference === '') return 'reference is empty';
  const outcome = outcomeOf(status);
  if (outcome === undefined)
    return `status ${JSON.stringify(status)} is none of ${[...DONE, ...REFUSED, ...UNKNOWN].join(', ')}`;
  return at === undefined ? 'it has no moment such as 2013-12-11 17:31:00' : { reference, outcome, at, reason };
}
