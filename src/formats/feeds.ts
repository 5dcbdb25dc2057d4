/** Feeds as people are told of them: columns with meaning, form and example, in words, as JSON, and as a table of a README. */
import type { Feed } from '../core/feeds/feed.ts';
import { deliveredBy, toldColumns } from '../core/feeds/told.ts';
import { csvRow } from './files/csv.ts';
import { table } from './files/table.ts';
import { SPEECH, type Tongue } from './words/index.ts';

const at = (tongue: Tongue): 0 | 1 => (tongue === 'zh' ? 0 : 1);

/** A feed for programs. */
export function feedDocument(feed: Feed) {
  const { name, key } = feed;
  const columns = toldColumns(feed).map(({ meaning: [zh, en], ...column }) => ({ ...column, meaning: { zh, en } }));
  const [zh, en] = deliveredBy(feed);
  return { feed: name, key, deliveredBy: { zh, en }, columns };
}

/** All feeds, in the order in which a folder is taken. */
export function feedsText(feeds: readonly Feed[], tongue: Tongue): string {
  const { t, word } = SPEECH[tongue];
  const columns = [t('feeds-feed'), t('feeds-called'), t('feeds-key'), t('feeds-by')].map((title) => ({ title }));
  const rows = feeds.map((feed) => [
    feed.name,
    word(`feed-${feed.name}`),
    feed.key.join(', '),
    deliveredBy(feed)[at(tongue)],
  ]);
  return `${table(columns, rows)}\n${t('feeds-more')}\n`;
}

/** One feed: its columns, its key and who delivers it. */
export function feedText(feed: Feed, tongue: Tongue): string {
  const { t, word } = SPEECH[tongue];
  const titles = [t('feeds-column'), t('feeds-meaning'), t('feeds-form'), t('feeds-example'), t('feeds-needed')];
  const rows = toldColumns(feed).map(({ name, meaning, form, example, isKey, isNeeded }) => [
    name,
    meaning[at(tongue)],
    form,
    example,
    isKey ? t('feeds-is-key') : isNeeded ? t('feeds-is-needed') : t('feeds-is-optional'),
  ]);
  const head = `${feed.name}: ${word(`feed-${feed.name}`)}\n  ${t('feeds-by')}: ${deliveredBy(feed)[at(tongue)]}\n  ${t('feeds-key')}: ${feed.key.join(', ')}\n\n`;
  return (
    head +
    table(
      titles.map((title) => ({ title, max: 100 })),
      rows,
    )
  );
}

/** The header of a file to fill in. */
export function feedTemplate(feed: Feed): string {
  return csvRow(Object.keys(feed.columns));
}

/** The rows of a README's table: key first, what may be empty in brackets. */
export function feedsMarkdown(feeds: readonly Feed[]): string {
  const rows = feeds.map((feed) => {
    const told = toldColumns(feed);
    const named = [...told.filter(({ isKey }) => isKey), ...told.filter(({ isKey }) => !isKey)];
    const columns = named.map(({ name, isKey, isNeeded }) => (isKey ? `**${name}**` : isNeeded ? name : `(${name})`));
    return `| \`${feed.name}\` | ${columns.join(', ')} | ${deliveredBy(feed)[1]} |\n`;
  });
  return `| feed | columns: **key**, (may be empty) | delivered by |\n|---|---|---|\n${rows.join('')}`;
}
