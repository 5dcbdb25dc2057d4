/**
 * The kinds of fenced block a scenario may hold, and what is wrong with one before anything is played: its name, its
 * words, its feed, its columns. What a block does is in stage.ts.
 */
import { isDay, isMonth } from '../../core/calendar.ts';
import { quote } from '../../core/feeds/feed.ts';
import { FEED_NAMES, FEEDS } from '../../core/feeds/index.ts';
import { isPartyId } from '../../core/ids.ts';

/** A kind of block. */
interface Form {
  /** The words after the name, as an error names them to the author. */
  readonly words: readonly string[];
  /** True when more words may follow, which `fault` judges. */
  readonly more?: true;
  /** True when the body is an outcome, which the engine gives; false when the block is an action. */
  readonly isOutcome: boolean;
  /** One sentence, when the words or the body cannot be used. */
  readonly fault: (words: readonly string[], body: string) => string | undefined;
}

const fine = (): undefined => undefined;
const action = (words: readonly string[], fault: Form['fault'] = fine): Form => ({ words, isOutcome: false, fault });
const outcome = (words: readonly string[], fault: Form['fault'] = fine): Form => ({ words, isOutcome: true, fault });

const dayFault = ([day = '']: readonly string[], body: string): string | undefined => {
  if (!isDay(day)) return `${quote(day)} is no day: write one such as 2013-12-11`;
  return body.trim() === '' ? undefined : 'a run block is empty: what came of it stands in outcome blocks after it';
};
const monthFault = ([, month = '']: readonly string[]): string | undefined =>
  isMonth(month) ? undefined : `${quote(month)} is no month: write one such as 2013-12`;

const dayOnly = ([day = '']: readonly string[]): string | undefined =>
  isDay(day) ? undefined : `${quote(day)} is no day: write one such as 2013-12-11`;

const momentFault = (day: string, time: string): string | undefined =>
  isDay(day) && /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time)
    ? undefined
    : `${quote(`${day} ${time}`)} is no moment: write one such as 2013-12-06 17:31:00`;
const reviewFault = ([day = '', time = '']: readonly string[], body: string): string | undefined =>
  momentFault(day, time) ??
  (body.trim() === '' ? undefined : 'a review block is empty: what came of it stands in a reviewed block after it');

const castFault = ([file = '']: readonly string[], body: string): string | undefined => {
  if (!/^[\w.-]+\.md$/.test(file)) return `${quote(file)} is no cast: name a scenario file in the same folder`;
  return body.trim() === '' ? undefined : 'a cast block is empty: what it brings stands in the file it names';
};

function feedFault([name = '']: readonly string[], body: string): string | undefined {
  const feed = FEEDS.find((known) => known.name === name);
  if (feed === undefined) return `${quote(name)} is no feed: the feeds are ${FEED_NAMES.join(', ')}`;
  const columns = Object.keys(feed.columns);
  const header = body.split('\n')[0] ?? '';
  const strange = header.split(',').find((column) => !columns.includes(column));
  return strange === undefined
    ? undefined
    : `${quote(strange)} is no column of ${name}: they are ${columns.join(', ')}`;
}

const fileFault = ([name = '']: readonly string[]): string | undefined =>
  /^[\w-]+\.\w+$/.test(name) ? undefined : `${quote(name)} is no name of a file: write one such as permissions.csv`;

/** The options of a what-if block; those that take a file name one of a `file` block before it. */
export const WHATIF_OPTIONS = ['--policy', '--permissions', '--rates', '--cpc', '--cpa', '--explain'] as const;

const whatIfFault = ([from = '', to = '', ...options]: readonly string[]): string | undefined => {
  const day = [from, to].find((one) => !isDay(one));
  if (day !== undefined) return `${quote(day)} is no day: write one such as 2013-12-11`;
  const strange = options.find((word, at) => at % 2 === 0 && !WHATIF_OPTIONS.some((known) => known === word));
  if (strange !== undefined) return `${quote(strange)} is no option here: they are ${WHATIF_OPTIONS.join(', ')}`;
  return options.length % 2 === 0 ? undefined : `${options.at(-1)} needs a word after it`;
};

const roleFault = ([role = '', party = '']: readonly string[]): string | undefined => {
  if (!['operator', 'seller', 'publisher'].includes(role))
    return `${quote(role)} is no role: write operator, seller or publisher`;
  return isPartyId(party) ? undefined : `${quote(party)} is no id; of the operator write a hyphen`;
};

/** What a person says, a line each: `by: Chen`. */
export function sayings(body: string): Map<string, string> {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

/** A block of what a person says: every line one of some words, and the needed ones there. */
const said =
  (needed: readonly string[], further: readonly string[]): Form['fault'] =>
  (_words, body) => {
    const lines = body.split('\n').filter((line) => line.trim() !== '');
    const allowed = [...needed, ...further];
    const strange = lines.find((line) => !allowed.includes(line.slice(0, Math.max(0, line.indexOf(':'))).trim()));
    if (strange !== undefined)
      return `${quote(strange)} is no line of this block: they begin with ${allowed.join(':, ')}:`;
    const there = sayings(body);
    const missing = needed.find((name) => (there.get(name) ?? '') === '');
    return missing === undefined ? undefined : `this block does not say ${missing}: write it as ${missing}: ...`;
  };

/** Every kind of block by its name. */
export const FORMS: Readonly<Record<string, Form>> = {
  cast: action(['FILE'], castFault),
  policy: action([]),
  feed: action(['NAME'], feedFault),
  run: action(['DAY'], dayFault),
  'network-report': action([]),
  file: action(['NAME'], fileFault),
  review: action(['DAY', 'TIME'], reviewFault),
  journal: outcome([]),
  attributions: outcome([]),
  rejects: outcome([]),
  statements: outcome([]),
  balances: outcome([]),
  ingest: outcome([]),
  statement: outcome(['PUBLISHER', 'MONTH'], monthFault),
  deductions: outcome(['SELLER', 'MONTH'], monthFault),
  explain: outcome(['ORDER_LINE']),
  report: outcome(['NAME', 'PARTY']),
  compare: outcome(['PUBLISHER']),
  whatif: { ...outcome(['FROM', 'TO'], whatIfFault), more: true },
  reviewed: outcome([]),
  permissions: outcome(['SITE', 'DAY', 'TIME'], ([, day = '', time = '']) => momentFault(day, time)),
  letter: outcome(['MESSAGE_ID']),
  decide: action(['CASE'], said(['at', 'by', 'decision'], ['reason', 'against', 'points'])),
  appeal: action(['DECISION'], said(['at', 'by', 'publisher', 'reason'], ['outcome'])),
  bank: action(['FILE']),
  reconcile: outcome(['DAY'], dayOnly),
  note: action(['BREAK'], said(['at', 'by'], ['owner', 'comment', 'resolve'])),
  posting: action(['ID'], said(['at', 'by'], ['against', 'amount', 'reason', 'take-back', 'instruction'])),
  postings: outcome([]),
  cases: outcome([]),
  case: outcome(['CASE']),
  mail: outcome([]),
  tax: outcome(['MONTH'], ([month = '']) => monthFault(['', month])),
  ageing: outcome([]),
  adjustments: outcome([]),
  webhooks: outcome(['ROLE', 'PARTY'], roleFault),
};

/** What is wrong with a block, in one sentence, or undefined. */
export function blockFault(name: string, words: readonly string[], body: string): string | undefined {
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (form === undefined) {
    return `${quote(name)} is no kind of block: they are ${Object.keys(FORMS).join(', ')}`;
  }
  if (words.length < form.words.length || (words.length > form.words.length && form.more !== true)) {
    return `this block is written \`\`\`${[name, ...form.words].join(' ')}, with ${form.words.length} words after its name and not ${words.length}`;
  }
  return form.fault(words, body);
}
