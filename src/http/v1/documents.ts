/** The documents of parties' months, in every format they have, and the exports: all of them as the command line writes them. */
import { Type } from 'typebox';
import { type OwnParty, type Principal, partyOf } from '../../core/access.ts';
import type { Day } from '../../core/calendar.ts';
import { documentOf, fileName, piecesOf, type Wanted } from '../../filing/filing.ts';
import { DOCUMENT_FORMATS, FORMAT_NAMES, type FormatName } from '../../formats/document/index.ts';
import { CELL_FORMATS, type CellFormat } from '../../formats/files/cells.ts';
import { LANGUAGES } from '../../formats/words/index.ts';
import { EXPORT_NAMES, exportText, journalText } from '../../office/exports.ts';
import { type Party, refuseOpenDay, refuseUnknown } from '../../office/months.ts';
import type { Session } from '../../store/connection/session.ts';
import { rootOf } from '../../store/lists/lists.ts';
import type { Book } from '../../store/night/book.ts';
import { asParty } from '../../store/people/access.ts';
import { type Gathered, gathered } from '../buffered.ts';
import { isKept, tagOf } from '../etag.ts';
import { refuseOthers } from '../identity.ts';
import { Problem } from '../problem.ts';
import { type Asked, route } from '../route.ts';
import { closed, Day as DayShape, Month, oneOf, PartyId } from '../schemas.ts';

const TYPES: Readonly<Record<FormatName | CellFormat | 'hledger', string>> = {
  text: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  html: 'text/html; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  hledger: 'text/plain; charset=utf-8',
};

const DOCUMENT_QUERY = closed({
  format: Type.Optional(oneOf(FORMAT_NAMES)),
  lang: Type.Optional(oneOf(LANGUAGES, 'The words of text, html, xlsx and pdf.')),
  as_of: Type.Optional(DayShape),
});
const DOCUMENT_NOTES =
  'A closed month is told as it was closed, or as of the night of `as_of`; it has an ETag. An open one is told as it stands.';
const DOCUMENT_FORMS = { types: [...new Set(FORMAT_NAMES.map((name) => TYPES[name].split(';')[0] ?? ''))] };

interface DocumentQuery {
  readonly format?: FormatName;
  readonly lang?: (typeof LANGUAGES)[number];
  readonly as_of?: string;
}

const statement = route({
  method: 'GET',
  path: '/v1/publishers/:publisher/statements/:month',
  right: 'see-statements',
  summary: "a publisher's month: every line of its payable, what was paid, what is held",
  notes: DOCUMENT_NOTES,
  params: closed({ publisher: PartyId, month: Month }),
  query: DOCUMENT_QUERY,
  forms: DOCUMENT_FORMS,
  handle: (asked) => {
    const { publisher, month } = asked.params;
    return document(asked, { role: 'publisher', party: publisher }, { kind: 'statement', party: publisher }, month);
  },
});

const deductions = route({
  method: 'GET',
  path: '/v1/sellers/:seller/deductions/:month',
  right: 'see-deductions',
  summary: "a seller's month: every charge and why, what was given back, what was deducted",
  notes: DOCUMENT_NOTES,
  params: closed({ seller: PartyId, month: Month }),
  query: DOCUMENT_QUERY,
  forms: DOCUMENT_FORMS,
  handle: (asked) => {
    const { seller, month } = asked.params;
    return document(asked, { role: 'seller', party: seller }, { kind: 'deductions', party: seller }, month);
  },
});

async function document(
  asked: Asked<unknown, DocumentQuery, unknown>,
  own: OwnParty,
  of: Party,
  month: string,
): Promise<unknown> {
  const { deps, principal, query, request, reply } = asked;
  refuseOthers(principal, own);
  const wanted = wantedOf(query, month);
  const known = await deps.book();
  const found = await deps.longSessions.use(async (session) => {
    // Whether there is such a month is the book's to say, and no party's secret.
    await refuseUnknown(session, known, of, wanted);
    return asParty(session, principal, async () => {
      const made = await documentOf(session, known, of, wanted);
      const { open, asOf } = made.frame;
      const tag = open ? undefined : await tagFor(session, asOf, [of.kind, of.party, wanted, principal, deps.version]);
      if (tag !== undefined && isKept(request, reply, tag)) return 'kept';
      return gathered(piecesOf(made, known, wanted), asked.gone);
    });
  });
  if (found === 'kept') return reply.code(304).send();
  return sendFile(reply, found, TYPES[wanted.format], fileName(of, wanted));
}

function wantedOf({ format = 'json', lang, as_of: asOf }: DocumentQuery, month: string): Wanted {
  if (lang !== undefined && DOCUMENT_FORMATS[format].language === null)
    throw new Problem('bad-request', `the names in ${format} are fixed, for programs: leave lang out`);
  return { month, format, language: lang ?? null, asOf: asOf ?? null };
}

async function tagFor(
  session: Session,
  asOf: Day | null,
  [kind, party, wanted, principal, version]: readonly [string, string, Wanted, Principal, string],
): Promise<string | undefined> {
  const root = asOf === null ? undefined : await rootOf(session, asOf);
  if (root === undefined) return undefined;
  const { month, format, language } = wanted;
  return tagOf(root, [kind, party, month, format, language, partyOf(principal)?.role ?? null, version]);
}

function sendFile(
  reply: Asked<unknown, unknown, unknown>['reply'],
  { body, bytes }: Gathered,
  type: string,
  name: string,
) {
  return reply
    .type(type)
    .header('content-length', bytes)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(body);
}

const EXPORT_FORMATS = [...CELL_FORMATS, 'hledger'] as const;

const exports = route({
  method: 'GET',
  path: '/v1/exports/:name',
  right: 'see-exports',
  summary: 'a table of the book, or its journal, whole',
  notes: 'The bytes of `cps export`. With `as_of`, a closed day, they are the same for ever, and have an ETag.',
  params: closed({ name: oneOf(EXPORT_NAMES) }),
  query: closed({ format: Type.Optional(oneOf(EXPORT_FORMATS)), as_of: Type.Optional(DayShape) }),
  forms: { types: ['text/csv', 'application/x-ndjson', 'application/json', 'text/plain'] },
  handle: async ({ deps, principal, params: { name }, query, request, reply, gone }) => {
    const format = query.format ?? (name === 'journal' ? 'hledger' : 'csv');
    if ((name === 'journal') !== (format === 'hledger'))
      throw new Problem('bad-request', `${name} is not written as ${format}`);
    const asOf = query.as_of ?? null;
    if (asOf !== null && name === 'ingest')
      throw new Problem('bad-request', 'ingest counts what was delivered so far: leave as_of out');
    const known = await deps.book();
    refuseOpenDay(known, asOf);
    const found = await deps.longSessions.use((session) =>
      asParty(session, principal, async () => {
        const root = asOf === null ? undefined : await rootOf(session, asOf);
        if (root !== undefined && isKept(request, reply, tagOf(root, ['export', name, format, deps.version])))
          return 'kept';
        return gathered(exportPieces(session, known, name, format, asOf), gone);
      }),
    );
    if (found === 'kept') return reply.code(304).send();
    return sendFile(reply, found, TYPES[format], `${name}.${format === 'hledger' ? 'journal' : format}`);
  },
});

function exportPieces(
  session: Session,
  known: Book,
  name: string,
  format: (typeof EXPORT_FORMATS)[number],
  asOf: Day | null,
): AsyncGenerator<string> {
  const terms = { ...known, asOf };
  const table = format === 'hledger' ? undefined : exportText(session, name, format, terms);
  return table ?? journalText(session, terms);
}

export const documentRoutes = [statement, deductions, exports];
