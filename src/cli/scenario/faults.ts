/** What is wrong with the words or the body of a scenario's block, in one sentence, before anything is played. */
import { isDay, isMonth } from '../../core/calendar.ts';
import { quote } from '../../core/feeds/feed.ts';
import { FEED_NAMES, FEEDS } from '../../core/feeds/index.ts';
import { isPartyId } from '../../core/ids.ts';
import { sayings } from './desk.ts';

type Fault = (words: readonly string[], body: string) => string | undefined;

export const dayFault = (day: string): string | undefined =>
  isDay(day) ? undefined : `${quote(day)} is no day: write one such as 2013-12-11`;

export const monthFault = (month: string): string | undefined =>
  isMonth(month) ? undefined : `${quote(month)} is no month: write one such as 2013-12`;

/** Of a block that says all it has to say in its first line. */
export const emptyFault = (name: string, why: string, body: string): string | undefined =>
  body.trim() === '' ? undefined : `a ${name} block is empty: ${why}`;

export const momentFault = (day: string, time: string): string | undefined =>
  isDay(day) && /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time)
    ? undefined
    : `${quote(`${day} ${time}`)} is no moment: write one such as 2013-12-06 17:31:00`;
export const castFault = ([file = '']: readonly string[], body: string): string | undefined => {
  if (!/^[\w.-]+\.md$/.test(file)) return `${quote(file)} is no cast: name a scenario file in the same folder`;
  return emptyFault('cast', 'what it brings stands in the file it names', body);
};

export function feedFault([name = '']: readonly string[], body: string): string | undefined {
  const feed = FEEDS.find((known) => known.name === name);
  if (feed === undefined) return `${quote(name)} is no feed: the feeds are ${FEED_NAMES.join(', ')}`;
  const columns = Object.keys(feed.columns);
  const header = body.split('\n')[0] ?? '';
  const strange = header.split(',').find((column) => !columns.includes(column));
  return strange === undefined
    ? undefined
    : `${quote(strange)} is no column of ${name}: they are ${columns.join(', ')}`;
}

export const fileFault = ([name = '']: readonly string[]): string | undefined =>
  /^[\w-]+\.\w+$/.test(name) ? undefined : `${quote(name)} is no name of a file: write one such as permissions.csv`;

/** The options of a what-if block; those that take a file name one of a `file` block before it. */
export const WHATIF_OPTIONS = ['--policy', '--permissions', '--rates', '--cpc', '--cpa', '--explain'] as const;

export const whatIfFault = ([from = '', to = '', ...options]: readonly string[]): string | undefined => {
  const fault = dayFault(from) ?? dayFault(to);
  if (fault !== undefined) return fault;
  const strange = options.find((word, at) => at % 2 === 0 && !WHATIF_OPTIONS.some((known) => known === word));
  if (strange !== undefined) return `${quote(strange)} is no option here: they are ${WHATIF_OPTIONS.join(', ')}`;
  return options.length % 2 === 0 ? undefined : `${options.at(-1)} needs a word after it`;
};

export const roleFault = ([role = '', party = '']: readonly string[]): string | undefined => {
  if (!['operator', 'seller', 'publisher'].includes(role))
    return `${quote(role)} is no role: write operator, seller or publisher`;
  return isPartyId(party) ? undefined : `${quote(party)} is no id; of the operator write a hyphen`;
};

/** A block of what a person says: every line one of some words, and the needed ones there. */
export const saidFault =
  (needed: readonly string[], further: readonly string[]): Fault =>
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
