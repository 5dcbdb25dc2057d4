/** Notices as sentences and as JSON: which kind, how often, where first, and in words. */
import type { Odd, OddKind } from '../core/feeds/odd.ts';
import { hundredfold } from '../core/money.ts';
import { SPEECH, type Tongue } from './words/index.ts';

/** What there is to tell of a notice. */
interface Counted extends Odd {
  readonly count: number;
  readonly lines: readonly number[];
}

const SIGNS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  ';': ['分号', 'semicolons'],
  '\t': ['制表符', 'tabs'],
  '|': ['竖线', 'vertical bars'],
};

/** One sentence, without how often. */
export function noticeSentence({ kind, about, detail }: Odd, tongue: Tongue): string {
  const { t } = SPEECH[tongue];
  const at = tongue === 'zh' ? 0 : 1;
  const of = (name: string): string => detail[name] ?? '';
  const column = about;
  const SENTENCES: Readonly<Record<OddKind, () => string>> = {
    'late-click': () => t('remark-late-click', { click: of('click') }),
    'future-order': () => t('remark-future-order', { line: of('line') }),
    'coupon-no-pid': () => t('remark-coupon-no-pid', { coupon: of('coupon') }),
    'no-payee': () => t('remark-no-payee', { publisher: of('publisher') }),
    'high-rate': () => t('remark-high-rate', { column, value: of('value'), percent: hundredfold(of('value'), 0) }),
    'time-double': () => t('remark-time-double', { column, value: of('value'), taken: of('taken') }),
    'time-skipped': () => t('remark-time-skipped', { column, value: of('value'), taken: of('taken') }),
    'near-column': () => t('remark-near-column', { column, meant: of('meant') }),
    'encoding-guessed': () => t('remark-encoding-guessed', { encoding: of('encoding') }),
    'delimiter-guessed': () =>
      t('remark-delimiter-guessed', { delimiter: SIGNS[of('delimiter')]?.[at] ?? of('delimiter') }),
    'decimal-comma': () => t('remark-decimal-comma'),
    'other-sheets': () => t('remark-other-sheets', { read: of('read'), others: of('others') }),
  };
  return SENTENCES[kind]();
}

/** How many rows, where the first stand, and the sentence: `2 rows (lines 3, 9): ...`; of a whole file the sentence alone. */
export function noticeLine(of: Counted): string {
  const sentence = noticeSentence(of, 'en');
  if (of.lines.length === 0) return sentence;
  const more = of.count > of.lines.length ? ', ...' : '';
  const where = `line${of.count === 1 ? '' : 's'} ${of.lines.join(', ')}${more}`;
  return `${of.count} row${of.count === 1 ? '' : 's'} (${where}): ${sentence}`;
}

/** As every door's JSON has it. */
export function noticeShown(of: Counted) {
  return {
    kind: of.kind,
    column: of.about,
    rows: of.lines.length === 0 ? 0 : of.count,
    lines: of.lines,
    text: noticeSentence(of, 'en'),
  };
}
