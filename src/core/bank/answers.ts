/**
 * Reads a bank's answers about payments (pain.002 or a table): a reference, and what became of it. An answer that
 * settles nothing (pending, accepted) stays `unknown`, so that nothing is paid a second time because of it.
 */
import type { Calendar, Instant } from '../calendar.ts';
import type { TableRow } from './file.ts';
import { all, textAt, type XmlElement } from './xml.ts';

export interface Answer {
  /** Of one payment, or of every payment of a file that the bank does not answer for by itself. */
  readonly of: 'payment' | 'file';
  /** What the payment was called in the file; of a file its id. */
  readonly reference: string;
  readonly outcome: 'done' | 'refused' | 'unknown';
  readonly at: Instant;
  readonly reason: string;
}

const DONE = ['confirmed', 'ACSC', 'ACCC', 'success', '成功'];
const REFUSED = ['failed', 'returned', 'RJCT', 'CANC', 'fail', '失败'];
const WAITS = ['PDNG', 'ACTC', 'ACCP', 'ACFC', 'ACSP', 'ACWC', 'ACWP', 'ACIS', 'BLCK', 'PATC', 'PART', 'PRES', 'RCVD'];
const UNKNOWN = ['unknown', 'pending', ...WAITS, '处理中'];
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

/**
 * Reads a pain.002 of any version; or one sentence that says what does not hold. A status of a whole file or of its payment
 * block holds for the payments in it that have none of their own; our files have one block, of the file's own id.
 */
export function readPain002(document: XmlElement, calendar: Calendar): Answer[] | string {
  if (document.name !== 'Document' || !document.namespace.startsWith(PAIN_002))
    return `the root is ${document.name} of ${document.namespace || 'no namespace'}, and not a Document of ${PAIN_002}nn`;
  const created = textAt(document, 'CstmrPmtStsRpt/GrpHdr/CreDtTm');
  const answers: Answer[] = [];
  const ofFiles = new Map<string, Answer>();
  const take = (of: Answer['of'], one: XmlElement, reference: string, status: string): string | undefined => {
    const reason = [textAt(one, 'StsRsnInf/Rsn/Cd', 'StsRsnInf/Rsn/Prtry'), textAt(one, 'StsRsnInf/AddtlInf')];
    const at = calendar.parse(textAt(one, 'AccptncDtTm') || created);
    const read = answerOf(reference, status, at, reason.filter((text) => text !== '').join(' '), of);
    const what = of === 'payment' ? 'payment' : 'payment file';
    if (typeof read === 'string') return `${what} ${reference || '(without reference)'}: ${read}`;
    // What is said of a block says more than what is said of its group.
    if (of === 'file')
      ofFiles.set(reference, ofFiles.get(reference)?.outcome === 'refused' ? { ...read, outcome: 'refused' } : read);
    else answers.push(read);
    return undefined;
  };
  for (const one of all(document, 'CstmrPmtStsRpt/OrgnlGrpInfAndSts')) {
    const status = textAt(one, 'GrpSts');
    const fault = status === '' ? undefined : take('file', one, textAt(one, 'OrgnlMsgId'), status);
    if (fault !== undefined) return fault;
  }
  for (const block of all(document, 'CstmrPmtStsRpt/OrgnlPmtInfAndSts')) {
    const status = textAt(block, 'PmtInfSts');
    const fault = status === '' ? undefined : take('file', block, textAt(block, 'OrgnlPmtInfId'), status);
    if (fault !== undefined) return fault;
    for (const one of all(block, 'TxInfAndSts')) {
      const wrong = take('payment', one, textAt(one, 'OrgnlEndToEndId', 'OrgnlInstrId'), textAt(one, 'TxSts'));
      if (wrong !== undefined) return wrong;
    }
  }
  const found = [...answers, ...ofFiles.values()];
  return found.length > 0 ? found : 'it answers for no payment (TxSts), no block (PmtInfSts) and no file (GrpSts)';
}

function answerOf(
  reference: string,
  status: string,
  at: Instant | undefined,
  reason: string,
  of: Answer['of'] = 'payment',
): Answer | string {
  if (reference === '') return 'reference is empty';
  const outcome = outcomeOf(status);
  if (outcome === undefined)
    return `status ${JSON.stringify(status)} is none of ${[...DONE, ...REFUSED, ...UNKNOWN].join(', ')}`;
  return at === undefined ? 'it has no moment such as 2013-12-11 17:31:00' : { of, reference, outcome, at, reason };
}
