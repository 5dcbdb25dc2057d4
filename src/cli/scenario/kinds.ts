/**
 * The kinds of fenced block a scenario may hold, each known once: how it is written, what is wrong with one before anything
 * is played, and what it does, as a user's command would through the same functions, or shows. It compares nothing.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quote } from '../../core/feeds/feed.ts';
import type { Audience } from '../../core/webhook/telling.ts';
import { caseStory, casesStory } from '../../formats/cases.ts';
import { adjustmentsText, ageingText, postingsText, taxText } from '../../formats/finance.ts';
import { monthStory } from '../../formats/month.ts';
import { permissionsText } from '../../formats/permissions.ts';
import { reconcileStory } from '../../formats/reconcile.ts';
import type { Story } from '../../formats/story/story.ts';
import { storyText } from '../../formats/story/text.ts';
import { comparedStory } from '../../formats/whatif/compared.ts';
import { whatIfStory } from '../../formats/whatif/story.ts';
import { SPEECH, type Speech } from '../../formats/words/index.ts';
import { run } from '../../night/run.ts';
import { ageingOf } from '../../office/ageing.ts';
import { reconciliationOf, takeBankFile } from '../../office/bank.ts';
import { caseFile, caseSummaries } from '../../office/cases.ts';
import { explanationOf } from '../../office/explanation.ts';
import { monthWalk } from '../../office/month.ts';
import { permissionsOf } from '../../office/permissions.ts';
import { review } from '../../office/review.ts';
import { answerTo, comparisonOf } from '../../office/suppose.ts';
import { bankPostings } from '../../store/bank/postings.ts';
import { EXPORTS } from '../../store/lists/exports.ts';
import { letterOf, listMail } from '../../store/outbox/mail.ts';
import { adjustmentsListed } from '../finance/adjust.ts';
import { comparisonText } from '../finance/compare.ts';
import { reportText } from '../finance/report.ts';
import { deductionsOf, statementOf } from '../finance/statement.ts';
import { taxOf } from '../finance/tax.ts';
import { toText } from '../output.ts';
import { writeReview } from '../sites/review.ts';
import { appealAsSaid, decideAsSaid, noteAsSaid, postAsSaid, sayings } from './desk.ts';
import {
  castFault,
  dayFault,
  emptyFault,
  feedFault,
  fileFault,
  momentFault,
  monthFault,
  roleFault,
  saidFault,
  type WHATIF_OPTIONS,
  whatIfFault,
} from './faults.ts';
import { newsText } from './news.ts';
import { NOTHING, tableOf } from './shown.ts';
import type { Scene, Stage } from './stage.ts';

type Words = readonly string[];
type Fault = (words: Words, body: string) => string | undefined;

/** A kind of block. */
interface Kind {
  /** The words after the name, as an error names them to the author. */
  readonly words: Words;
  /** True when more words may follow, which `fault` judges. */
  readonly more?: true;
  /** True when the body is an outcome, which the engine gives; false when the block is an action. */
  readonly isOutcome: boolean;
  /** One sentence, when the words or the body cannot be used. */
  readonly fault: Fault;
  /** Plays it: the text of an outcome, undefined of an action. */
  readonly play: (stage: Stage, words: Words, body: string) => Promise<string | undefined>;
}

const fine: Fault = () => undefined;

/** An action on the book, which is there by then. */
function action(words: Words, act: (scene: Scene, words: Words, body: string) => Promise<unknown>, fault = fine): Kind {
  const play: Kind['play'] = async (stage, given, body) => {
    await act(await stage.scene(), given, body);
    return undefined;
  };
  return { words, isOutcome: false, fault, play };
}

/** An action on files alone: it makes no book. */
function before(words: Words, play: (stage: Stage, words: Words, body: string) => Promise<void>, fault = fine): Kind {
  return { words, isOutcome: false, fault, play: (...of) => play(...of).then(() => undefined) };
}

function outcome(words: Words, text: (scene: Scene, words: Words) => Promise<string>, fault = fine): Kind {
  return { words, isOutcome: true, fault, play: async (stage, given) => text(await stage.scene(), given) };
}

/** An outcome that is a story, as English text. */
function story(words: Words, tell: (scene: Scene, words: Words, speech: Speech) => Promise<Story>, fault = fine): Kind {
  return outcome(words, async (scene, given) => storyText(await tell(scene, given, SPEECH.en), scene.book), fault);
}

/** Where a scenario keeps the report that a network sent. */
const REPORT = 'network-report.csv';

const keep = ({ setting }: Stage, name: string, text: string) => writeFile(join(setting.folder, name), text);

/** Every kind of block by its name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  // What it names is played in its place.
  cast: before(['FILE'], async () => undefined, castFault),
  policy: before([], (stage, _, body) => stage.policy(body)),
  feed: action(['NAME'], ({ stage }, [name = ''], body) => stage.deliver(name, body), feedFault),
  run: action(
    ['DAY'],
    ({ session, url, now }, [through = '']) =>
      run(session, {
        through,
        workers: 1,
        now,
        dryRun: false,
        url,
        onNight: () => undefined,
        onBatch: () => undefined,
      }),
    ([day = ''], body) => dayFault(day) ?? emptyFault('run', 'what came of it stands in outcome blocks after it', body),
  ),
  'network-report': before([], (stage, _, body) => keep(stage, REPORT, body)),
  file: before(['NAME'], (stage, [name = ''], body) => keep(stage, name, body), fileFault),
  review: {
    ...action(
      ['DAY', 'TIME'],
      reviewSome,
      ([day = '', time = '', ...sites], body) =>
        momentFault(day, time) ??
        (sites.length === 0 || (sites[0] === 'for' && sites.length > 1)
          ? undefined
          : 'after its moment a review says "for" and the sites that it reaches, or nothing') ??
        emptyFault('review', 'what came of it stands in a reviewed block after it', body),
    ),
    more: true,
  },
  journal: outcome([], ({ shown }) => shown.journal()),
  attributions: outcome([], ({ shown }) => shown.attributions()),
  rejects: outcome([], ({ shown }) => shown.rejects()),
  statements: outcome([], ({ shown }) => shown.statements()),
  balances: outcome([], (scene) => exported(scene, 'balances', [])),
  ingest: outcome([], (scene) => exported(scene, 'ingest', ['0'])),
  statement: outcome(
    ['PUBLISHER', 'MONTH'],
    async ({ session, book, shown }, [publisher = '', month = '']) => {
      const text = await statementOf(session, book, publisher, month);
      await shown.mentionStatement(publisher, month);
      return text;
    },
    ([, month = '']) => monthFault(month),
  ),
  deductions: outcome(
    ['SELLER', 'MONTH'],
    ({ session, book }, [seller = '', month = '']) => deductionsOf(session, book, seller, month),
    ([, month = '']) => monthFault(month),
  ),
  explain: outcome(['ORDER_LINE'], async ({ session, book }, [line = '']) => {
    return (await explanationOf(session, book, line)).text;
  }),
  report: outcome(['NAME', 'PARTY'], ({ session, book }, [name = '', party = '']) => {
    return reportText(session, book, name, party);
  }),
  compare: outcome(['PUBLISHER'], ({ session, book, folder }, [publisher = '']) => {
    return comparisonText(session, book, { path: join(folder, REPORT), name: 'the report' }, publisher);
  }),
  whatif: { ...story(['FROM', 'TO'], whatIf, whatIfFault), more: true },
  reviewed: outcome([], async ({ stage }) => stage.reviewed),
  permissions: outcome(
    ['SITE', 'DAY', 'TIME'],
    async ({ session, book }, [site = '', day, time]) => {
      const asOf = book.calendar.parse(`${day} ${time}`) ?? 0;
      return permissionsText(await permissionsOf(session, book, site, asOf), book);
    },
    ([, day = '', time = '']) => momentFault(day, time),
  ),
  letter: outcome(['MESSAGE_ID'], async ({ session }, [id = '']) => {
    const letter = await letterOf(session, id);
    if (letter === undefined) return '(no such letter)\n';
    return `To publisher ${letter.publisherId}: ${letter.subject}\n\n${letter.body}`;
  }),
  decide: action(
    ['CASE'],
    ({ session }, [of = ''], body) => decideAsSaid(session, of, sayings(body)),
    saidFault(['at', 'by', 'decision'], ['reason', 'against', 'points']),
  ),
  appeal: action(
    ['DECISION'],
    ({ session }, [of = ''], body) => appealAsSaid(session, of, sayings(body)),
    saidFault(['at', 'by', 'publisher', 'reason'], ['outcome']),
  ),
  bank: action(['FILE'], async ({ session, book, stage, folder }, [file = ''], body) => {
    await keep(stage, file, body);
    await takeBankFile(session, book, { path: join(folder, file) }, file);
  }),
  reconcile: story(
    ['DAY'],
    async ({ session, book }, [through = ''], speech) => {
      const { of, ways } = await reconciliationOf(session, book, through);
      return reconcileStory(of, ways, speech, book);
    },
    ([day = '']) => dayFault(day),
  ),
  note: action(
    ['BREAK'],
    ({ session }, [of = ''], body) => noteAsSaid(session, of, sayings(body)),
    saidFault(['at', 'by'], ['owner', 'comment', 'resolve']),
  ),
  posting: action(
    ['ID'],
    ({ session }, [of = ''], body) => postAsSaid(session, of, sayings(body)),
    saidFault(['at', 'by'], ['against', 'amount', 'reason', 'take-back', 'instruction']),
  ),
  postings: outcome([], async ({ session, book }) => postingsText(await bankPostings(session), book)),
  month: story(
    ['MONTH'],
    async ({ session, book }, [month = ''], speech) => monthStory(await monthWalk(session, book, month), speech),
    ([month = '']) => monthFault(month),
  ),
  cases: story([], async ({ session, book }, _, speech) =>
    casesStory(await caseSummaries(session, book), speech, book),
  ),
  case: story(['CASE'], async ({ session, book }, [id = ''], speech) => {
    return caseStory(await caseFile(session, book, id), speech, book);
  }),
  mail: outcome([], async ({ session }) => {
    const letters = await listMail(session, undefined, 1000);
    const lines = letters.map((one) => `${one.state}  to ${one.publisherId}  ${one.subject}  <${one.messageId}>\n`);
    return lines.join('') || NOTHING;
  }),
  tax: outcome(
    ['MONTH'],
    async ({ session, book }, [month = '']) => taxText(month, await taxOf(session, book, month), book),
    ([month = '']) => monthFault(month),
  ),
  ageing: outcome([], async ({ session, book }) => {
    const { rows, asOf } = await ageingOf(session, book);
    return ageingText(rows, asOf, book);
  }),
  adjustments: outcome([], async ({ session, book }) => {
    return adjustmentsText(await adjustmentsListed(session, book, false), book);
  }),
  webhooks: outcome(
    ['ROLE', 'PARTY'],
    ({ session, book }, [role, party = '']) => newsText(session, book, role as Audience['role'], party),
    roleFault,
  ),
};

/** Reviews every site, or some, and records what changes; a `reviewed` block shows the result. */
async function reviewSome({ session, book, stage }: Scene, [day, time, , ...sites]: Words): Promise<void> {
  const asOf = book.calendar.parse(`${day} ${time}`) ?? 0;
  const reach = sites.length === 0 ? {} : { sites: new Set(sites) };
  const made = await review(session, { asOf, noticeDays: null, apply: true, by: 'the desk', reach });
  try {
    const { write, text } = toText();
    await writeReview(made, book, write);
    stage.reviewed = text();
  } finally {
    await made.remove();
  }
}

async function exported({ session, book }: Scene, name: string, blank: readonly string[]): Promise<string> {
  const table = EXPORTS[name];
  if (table === undefined) throw new Error(`${name} is no export`);
  const rows = [];
  for await (const some of table.rows(session, { ...book, asOf: null })) rows.push(...some);
  return tableOf(table.columns, rows, blank);
}

async function whatIf(
  { session, book, url, folder }: Scene,
  [from = '', to = '', ...words]: Words,
  speech: Speech,
): Promise<Story> {
  const given = (option: (typeof WHATIF_OPTIONS)[number]): string | undefined => {
    const at = words.indexOf(option);
    return at === -1 ? undefined : words[at + 1];
  };
  const said = (name: 'policy' | 'permissions' | 'rates' | 'cpc' | 'cpa', isFile: boolean) => {
    const text = given(`--${name}`);
    return text === undefined ? {} : { [name]: isFile ? join(folder, text) : text };
  };
  const files = { ...said('policy', true), ...said('permissions', true), ...said('rates', true) };
  const supposed = { from, to, ...files, ...said('cpc', false), ...said('cpa', false) };
  const line = given('--explain');
  if (line !== undefined) return comparedStory(await comparisonOf(session, book, supposed, line), speech, book);
  return whatIfStory(await answerTo(session, book, supposed, { url, workers: 1, top: 20 }), speech, book);
}

/** What is wrong with a block, in one sentence, or undefined. */
export function blockFault(name: string, words: Words, body: string): string | undefined {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined) {
    return `${quote(name)} is no kind of block: they are ${Object.keys(KINDS).join(', ')}`;
  }
  if (words.length < kind.words.length || (words.length > kind.words.length && kind.more !== true)) {
    return `this block is written \`\`\`${[name, ...kind.words].join(' ')}, with ${kind.words.length} words after its name and not ${words.length}`;
  }
  return kind.fault(words, body);
}
