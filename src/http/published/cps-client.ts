/** A client of the CPS settlement API, made from src/http/published/openapi.json: UPDATE=1 npx vitest run test/api/openapi.test.ts. */

export interface Operations {
  /** who asks, and what that one may do */
  'GET /v1/me': { path: Record<never, never>; query: Record<never, never>; body: undefined; answer: { role: string; party: string | null; name: string; key: string | null; rights: readonly (string)[] } };
  /** how far the book has come, what waits in it, and for how long */
  'GET /v1/book': { path: Record<never, never>; query: Record<never, never>; body: undefined; answer: Readonly<Record<string, unknown>> };
  /** the nights that were run, the newest first */
  'GET /v1/runs': { path: Record<never, never>; query: { cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ day: string; policy: number; root: string | null; seconds: string | null; lines: number | null })[]; next: string | null } };
  /** which feeds there are, and what each column means, holds and looks like */
  'GET /v1/feeds': { path: Record<never, never>; query: Record<never, never>; body: undefined; answer: { feeds: readonly ({ feed: 'publishers' | 'publisher-status' | 'contacts' | 'sites' | 'site-reviews' | 'filings' | 'ownership' | 'adzones' | 'permissions' | 'applications' | 'application-decisions' | 'notices' | 'notice-cancellations' | 'withdrawals' | 'shops' | 'programme' | 'plans' | 'rates' | 'plan-members' | 'clicks' | 'orders' | 'receipts' | 'closures' | 'refunds' | 'corrections' | 'disputes' | 'risk-decisions' | 'case-decisions' | 'appeals' | 'adjustments' | 'adjustment-approvals' | 'cut-over-withdrawals' | 'openings' | 'opening-lines' | 'cut-over-approvals' | 'payment-files' | 'payment-file-rows' | 'deduction-results' | 'payout-results' | 'bank-statements' | 'bank-lines' | 'break-notes' | 'bank-postings'; key: readonly (string)[]; deliveredBy: { zh: string; en: string }; columns: readonly ({ name: string; meaning: { zh: string; en: string }; form: string; example: string; isKey: boolean; isNeeded: boolean })[] })[] } };
  /** deliver a feed: a file of any size, or one fact as JSON */
  'POST /v1/feeds/{feed}': { path: { feed: 'publishers' | 'publisher-status' | 'contacts' | 'sites' | 'site-reviews' | 'filings' | 'ownership' | 'adzones' | 'permissions' | 'applications' | 'application-decisions' | 'notices' | 'notice-cancellations' | 'withdrawals' | 'shops' | 'programme' | 'plans' | 'rates' | 'plan-members' | 'clicks' | 'orders' | 'receipts' | 'closures' | 'refunds' | 'corrections' | 'disputes' | 'risk-decisions' | 'case-decisions' | 'appeals' | 'adjustments' | 'adjustment-approvals' | 'cut-over-withdrawals' | 'openings' | 'opening-lines' | 'cut-over-approvals' | 'payment-files' | 'payment-file-rows' | 'deduction-results' | 'payout-results' | 'bank-statements' | 'bank-lines' | 'break-notes' | 'bank-postings' }; query: { sheet?: string; encoding?: string }; body: Readonly<Record<string, string>> | string | Uint8Array<ArrayBuffer>; answer: { delivery: number; file: string; feed: string; sha256: string; bytes: number; read: number; accepted: number; duplicate: number; conflict: number; rejected: number; parked: number; unkept: number; amount: string; unknownColumns: readonly (string)[]; notices: readonly ({ kind: 'late-click' | 'future-order' | 'coupon-no-pid' | 'no-payee' | 'high-rate' | 'time-double' | 'time-skipped' | 'near-column' | 'encoding-guessed' | 'delimiter-guessed' | 'decimal-comma' | 'other-sheets'; column: string; rows: number; lines: readonly (number)[]; text: string })[]; woken: { accepted: number; rejected: number }; resumedAfter: number } };
  /** what was delivered, the newest first */
  'GET /v1/deliveries': { path: Record<never, never>; query: { cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ delivery: number; file: string; feed: string; sha256: string; bytes: number; rowsRead: number; finished: boolean; by: string | null })[]; next: string | null } };
  /** which rows were refused, and why, the oldest first */
  'GET /v1/rejects': { path: Record<never, never>; query: { feed?: 'publishers' | 'publisher-status' | 'contacts' | 'sites' | 'site-reviews' | 'filings' | 'ownership' | 'adzones' | 'permissions' | 'applications' | 'application-decisions' | 'notices' | 'notice-cancellations' | 'withdrawals' | 'shops' | 'programme' | 'plans' | 'rates' | 'plan-members' | 'clicks' | 'orders' | 'receipts' | 'closures' | 'refunds' | 'corrections' | 'disputes' | 'risk-decisions' | 'case-decisions' | 'appeals' | 'adjustments' | 'adjustment-approvals' | 'cut-over-withdrawals' | 'openings' | 'opening-lines' | 'cut-over-approvals' | 'payment-files' | 'payment-file-rows' | 'deduction-results' | 'payout-results' | 'bank-statements' | 'bank-lines' | 'break-notes' | 'bank-postings'; which?: 'open' | 'all'; cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ number: number; file: string; feed: string; line: number; verdict: string; reason: string; raw: string; state: 'open' | 'mended' | 'dismissed'; dismissed: { by: string; at: string; reason: string } | null })[]; next: string | null } };
  /** what the nights attributed, by day and order line */
  'GET /v1/attributions': { path: Record<never, never>; query: { from?: string; through?: string; outcome?: 'attributed' | 'unattributed'; subId?: string; cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ orderLine: string; day: string; outcome: 'attributed' | 'unattributed'; reason: string | null; seller: string; publisher: string | null; pid: string | null; click: string | null; subId: string | null; trace: string | null; plan: string | null; rate: string | null; estimate: string | null; signals: readonly (string)[]; held: boolean })[]; next: string | null; totals?: { count: number; estimate: string } } };
  /** why an order line earned what it earned, from the log */
  'GET /v1/order-lines/{line}/explanation': { path: { line: string }; query: { format?: 'json' | 'text' }; body: undefined; answer: Readonly<Record<string, unknown>> };
  /** a publisher's month: every line of its payable, what was paid, what is held */
  'GET /v1/publishers/{publisher}/statements/{month}': { path: { publisher: string; month: string }; query: { format?: 'text' | 'json' | 'csv' | 'xlsx' | 'html' | 'pdf'; lang?: 'zh' | 'en' | 'both'; as_of?: string }; body: undefined; answer: unknown };
  /** a seller's month: every charge and why, what was given back, what was deducted */
  'GET /v1/sellers/{seller}/deductions/{month}': { path: { seller: string; month: string }; query: { format?: 'text' | 'json' | 'csv' | 'xlsx' | 'html' | 'pdf'; lang?: 'zh' | 'en' | 'both'; as_of?: string }; body: undefined; answer: unknown };
  /** a table of the book, or its journal, whole */
  'GET /v1/exports/{name}': { path: { name: 'attributions' | 'transfers' | 'balances' | 'statements' | 'ingest' | 'journal' }; query: { format?: 'csv' | 'ndjson' | 'json' | 'hledger'; as_of?: string }; body: undefined; answer: unknown };
  /** the statements that were issued, by publisher and month */
  'GET /v1/statements': { path: Record<never, never>; query: { month?: string; publisher?: string; cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ publisher: string; month: string; opening: string; earnings: string; reversals: string; releases: string; forfeitures: string; adjustments: string; tax: string; payouts: string; closing: string; gross: string; tax_due: string; returned: string; payout: string; disposition: string })[]; next: string | null; totals?: { count: number; opening: string; earnings: string; reversals: string; releases: string; forfeitures: string; adjustments: string; tax: string; payouts: string; closing: string; gross: string; tax_due: string; returned: string; payout: string } } };
  /** payouts, by id, with what became of each */
  'GET /v1/payouts': { path: Record<never, never>; query: { state?: 'instructed' | 'confirmed' | 'returned'; publisher?: string; from?: string; through?: string; cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ id: string; publisher: string; amount: string; day: string; valueDate: string; state: string; standing: Readonly<Record<string, unknown>> })[]; next: string | null; totals?: { count: number; amount: string } } };
  /** deductions, by id, with what became of each */
  'GET /v1/deductions': { path: Record<never, never>; query: { state?: 'instructed' | 'confirmed' | 'failed'; seller?: string; from?: string; through?: string; cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ id: string; seller: string; amount: string; day: string; valueDate: string; state: string; standing: Readonly<Record<string, unknown>> })[]; next: string | null; totals?: { count: number; amount: string } } };
  /** the cases of the risk desk, those to be decided first by their deadline */
  'GET /v1/cases': { path: Record<never, never>; query: { open?: 'true' | 'false'; cursor?: string; limit?: string }; body: undefined; answer: { items: readonly (Readonly<Record<string, unknown>>)[]; next: string | null } };
  /** a case: its evidence in time, what is at stake, what was decided */
  'GET /v1/cases/{case}': { path: { case: string }; query: Record<never, never>; body: undefined; answer: Readonly<Record<string, unknown>> };
  /** sites, by id */
  'GET /v1/sites': { path: Record<never, never>; query: { publisher?: string; cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ site: string; publisher: string; kind: string; name: string; domain: string })[]; next: string | null } };
  /** what a site may earn and use, since when, why, and what was applied for */
  'GET /v1/sites/{site}/permissions': { path: { site: string }; query: Record<never, never>; body: undefined; answer: Readonly<Record<string, unknown>> };
  /** grant or revoke a permission of a site */
  'POST /v1/sites/{site}/permissions': { path: { site: string }; query: Record<never, never>; body: { permission: 'cross-store:tmall' | 'cross-store:taobao' | 'site-wide:tmall' | 'api' | 'taodianjin'; action: 'grant' | 'revoke'; reason: string }; answer: { site: string; permission: 'cross-store:tmall' | 'cross-store:taobao' | 'site-wide:tmall' | 'api' | 'taodianjin'; action: string; at: string; until: string | null; by: string; reason: string } };
  /** the applications that wait for a decision */
  'GET /v1/applications': { path: Record<never, never>; query: Record<never, never>; body: undefined; answer: { items: readonly (Readonly<Record<string, unknown>>)[] } };
  /** the bank against the ledger at the end of a day, and every break by its name */
  'GET /v1/breaks': { path: Record<never, never>; query: { through?: string }; body: undefined; answer: Readonly<Record<string, unknown>> };
  /** propose what becomes of a case; above the limit of the policy it waits for a second person */
  'POST /v1/cases/{case}/decisions': { path: { case: string }; query: Record<never, never>; body: { decision: 'release' | 'forfeit' | 'reject'; against?: 'none' | 'freeze' | 'terminate'; points?: number; reason: string }; answer: Readonly<Record<string, unknown>> };
  /** approve what somebody else has proposed for a case */
  'POST /v1/cases/{case}/approvals': { path: { case: string }; query: Record<never, never>; body: undefined; answer: Readonly<Record<string, unknown>> };
  /** lodge a publisher's appeal against a decision */
  'POST /v1/decisions/{decision}/appeals': { path: { decision: string }; query: Record<never, never>; body: { publisher: string; reason: string }; answer: { decision: string; publisher: string; outcome: string } };
  /** decide an appeal, by somebody who decided nothing of its case */
  'POST /v1/decisions/{decision}/appeals/{publisher}/outcome': { path: { decision: string; publisher: string }; query: Record<never, never>; body: { outcome: 'granted' | 'rejected'; reason: string }; answer: { decision: string; publisher: string; outcome: string } };
  /** dispute a commission, by the seller who owes it */
  'POST /v1/disputes': { path: Record<never, never>; query: Record<never, never>; body: { dispute: string; orderLine: string; seller: string; reason: string }; answer: { dispute: string; case: string } };
  /** file a site, or amend what was filed; the next review looks at it */
  'POST /v1/sites/{site}/filings': { path: { site: string }; query: Record<never, never>; body: { publisher?: string; kind?: 'website' | 'app' | 'guide' | 'software'; name?: string; domain?: string; icpNumber?: string; categories?: readonly (string)[]; description?: string; dailyVisitors?: number; evidence?: readonly (string)[] }; answer: { site: string; filedAt: string; filed?: string; amended?: string } };
  /** apply for one permission for one site, or appeal against the rejection of an application */
  'POST /v1/sites/{site}/applications': { path: { site: string }; query: Record<never, never>; body: { permission: 'cross-store:tmall' | 'cross-store:taobao' | 'site-wide:tmall' | 'api' | 'taodianjin'; statement: string; appealOf?: string }; answer: { application: string; site: string; permission: string; appliedAt: string; appealOf: string | null } };
  /** appeal against the rejection of an application, before its deadline */
  'POST /v1/applications/{application}/appeals': { path: { application: string }; query: Record<never, never>; body: { statement: string }; answer: { application: string; site: string; permission: string; appliedAt: string; appealOf: string | null } };
  /** approve or reject an application */
  'POST /v1/applications/{application}/decision': { path: { application: string }; query: Record<never, never>; body: { decision: 'approve' | 'reject'; reason: string }; answer: { application: string; decision: string; site: string; permission: string; at: string; by: string; appealUntil: string | null; until: string | null } };
  /** approve or reject several applications at once, for one reason */
  'POST /v1/applications/decisions': { path: Record<never, never>; query: Record<never, never>; body: { applications: readonly (string)[]; decision: 'approve' | 'reject'; reason: string }; answer: { decided: readonly ({ application: string; decision: string; site: string; permission: string; at: string; by: string; appealUntil: string | null; until: string | null })[] } };
  /** approve or reject a site, or ask for its filing to be amended */
  'POST /v1/sites/{site}/states': { path: { site: string }; query: Record<never, never>; body: { status: 'submitted' | 'approved' | 'rejected' | 'amend'; reason: string }; answer: { site: string; status: string; at: string; by: string; reason: string } };
  /** grant or revoke a permission of several sites at once, for one reason: exceptions, for instance */
  'POST /v1/permissions': { path: Record<never, never>; query: Record<never, never>; body: { sites: readonly (string)[]; permission: 'cross-store:tmall' | 'cross-store:taobao' | 'site-wide:tmall' | 'api' | 'taodianjin'; action: 'grant' | 'revoke'; reason: string }; answer: { decided: readonly ({ site: string; permission: 'cross-store:tmall' | 'cross-store:taobao' | 'site-wide:tmall' | 'api' | 'taodianjin'; action: string; at: string; until: string | null; by: string; reason: string })[] } };
  /** cancel a notice that runs: the permissions it would have taken stay */
  'POST /v1/notices/{notice}/cancellation': { path: { notice: string }; query: Record<never, never>; body: { permission?: 'cross-store:tmall' | 'cross-store:taobao' | 'site-wide:tmall' | 'api' | 'taodianjin'; reason: string }; answer: { notice: string; site: string; permissions: readonly (string)[]; at: string; by: string } };
  /** record whether a site was found to be its publisher's; the next review counts it */
  'POST /v1/sites/{site}/ownership': { path: { site: string }; query: Record<never, never>; body: { how: string; not?: boolean }; answer: { site: string; verified: boolean; at: string; by: string } };
  /** withdraw a site for good: from then on none of its PIDs earns */
  'POST /v1/sites/{site}/withdrawal': { path: { site: string }; query: Record<never, never>; body: { reason: string }; answer: { site: string; withdrawnAt: string; by: string } };
  /** dismiss a refused row of which nothing comes: it is counted among the open ones no more */
  'POST /v1/rejects/{reject}/dismissal': { path: { reject: string }; query: Record<never, never>; body: { reason: string }; answer: { reject: number; feed: string; line: number } };
  /** say whose a break is, what is known of it, or that it is resolved */
  'POST /v1/breaks/{break}/notes': { path: { break: string }; query: Record<never, never>; body: { step: 'assign' | 'comment' | 'resolve'; owner?: string; reason?: string }; answer: { break: string; kind: string; step: string; owner?: string; reason?: string; by: string } };
  /** propose what a bank line was that no instruction explains, or take such a posting back; a second person approves */
  'POST /v1/bank-postings': { path: Record<never, never>; query: Record<never, never>; body: { break?: string; posting?: string; against?: 'bank-charges' | 'interest' | 'unallocated'; amount?: string; instruction?: string; reason: string }; answer: { posting: string; line: string; against: 'bank-charges' | 'interest' | 'unallocated'; amount: string } };
  /** approve a posting of a bank line that somebody else has proposed; the next night books it */
  'POST /v1/bank-postings/{posting}/approval': { path: { posting: string }; query: Record<never, never>; body: undefined; answer: { posting: string; line: string; against: 'bank-charges' | 'interest' | 'unallocated'; amount: string } };
  /** declare that a payment file was not sent: what is in it may be paid by another */
  'POST /v1/payment-files/{file}/cancellation': { path: { file: string }; query: Record<never, never>; body: { reason: string }; answer: { file: string; cancelled: boolean } };
  /** propose an adjustment of a publisher's payable or a seller's due; a second person has to approve it */
  'POST /v1/adjustments': { path: Record<never, never>; query: Record<never, never>; body: { publisher?: string; seller?: string; amount?: string; writeOff?: boolean; appeal?: string; reason: string; document: string }; answer: { adjustment: string; amount: string; document: string } };
  /** approve an adjustment that somebody else has proposed; the next night posts it */
  'POST /v1/adjustments/{adjustment}/approval': { path: { adjustment: string }; query: Record<never, never>; body: undefined; answer: { adjustment: string; amount: string } };
  /** sign off the totals that old books hand on, by somebody who prepared none of them; the next night posts them */
  'POST /v1/cut-overs/{cutOver}/sign-off': { path: { cutOver: string }; query: Record<never, never>; body: { payable: string; returned: string; due: string; linesPaid?: string }; answer: { cutOver: string; payable: string; returned: string; due: string; linesPaid: string } };
  /** withdraw what old books hand on, all of a cut-over that is not signed off; its ids are free again */
  'POST /v1/cut-overs/{cutOver}/withdrawal': { path: { cutOver: string }; query: Record<never, never>; body: undefined; answer: { cutOver: string; openings: number; lines: number } };
  /** who decided what and signed in, the newest first */
  'GET /v1/audit': { path: Record<never, never>; query: { cursor?: string; limit?: string }; body: undefined; answer: { items: readonly ({ number: number; at: string; name: string; role: string; party: string | null; key: string | null; issuer: string; identity: string; action: string; subject: string; detail: Readonly<Record<string, unknown>>; request: string })[]; next: string | null } };
}

export type OperationName = keyof Operations;

/** An answer that is a problem (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly type: string;
  readonly detail: string;

  constructor(problem: { readonly status: number; readonly type: string; readonly title: string; readonly detail: string }) {
    super(`${problem.title}: ${problem.detail}`);
    this.status = problem.status;
    this.type = problem.type;
    this.detail = problem.detail;
  }
}

export type Call = <K extends OperationName>(
  operation: K,
  given?: { path?: Operations[K]['path']; query?: Operations[K]['query']; body?: Operations[K]['body']; headers?: Record<string, string> },
) => Promise<Operations[K]['answer']>;

/** Makes the function that calls operations of a server with a key or token. */
export function client(server: string, key: string): Call {
  return async (operation, given = {}) => {
    const [method = 'GET', template = ''] = operation.split(' ');
    const { path = {}, query = {}, body, headers = {} } = given;
    const address = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent((path as Record<string, string>)[name] ?? ''),
    );
    const asked = Object.entries(query as Record<string, string | undefined>).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const search = asked.length === 0 ? '' : `?${new URLSearchParams(asked)}`;
    const isJson = body !== undefined && typeof body === 'object' && Object.getPrototypeOf(body) === Object.prototype;
    const answer = await fetch(`${server}${address}${search}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string | Uint8Array<ArrayBuffer>) }),
    });
    const type = answer.headers.get('content-type') ?? '';
    if (!answer.ok) throw new ApiProblem((await answer.json()) as ConstructorParameters<typeof ApiProblem>[0]);
    return (type.startsWith('application/json') ? await answer.json() : await answer.text()) as never;
  };
}
