/** What a check of a site saw, as a sentence in either language. Which checks there are and whether they pass is decided in core. */
import type { Seen } from '../core/promotion/review/check.ts';
import { SPEECH, type Tongue } from './words/index.ts';

/** One phrase, without a full stop. */
export function seenText(saw: Seen, tongue: Tongue): string {
  const { t, word } = SPEECH[tongue];
  switch (saw.of) {
    case 'foreign':
    case 'stripped': {
      const counted = t(`saw-${saw.of}${saw.all === 1 ? '-one' : ''}`, { clicks: saw.clicks, all: saw.all });
      return saw.few ? t('saw-few', { counted }) : counted;
    }
    case 'icp':
      return saw.number;
    case 'filing-short':
      return t('saw-filing-short', { missing: saw.missing.map((one) => word(`filed-${one}`)).join(t('list-comma')) });
    case 'ownership':
      return ownershipText(saw, tongue);
    case 'forfeits':
      return t(saw.lines === 1 ? 'saw-forfeit' : 'saw-forfeits', { lines: saw.lines, days: saw.days });
    case 'age':
      return t(saw.days === 1 ? 'saw-age-day' : 'saw-age', { days: saw.days });
    default:
      return t(`saw-${saw.of}`);
  }
}

function ownershipText({ verified, by, how, moved }: Extract<Seen, { of: 'ownership' }>, tongue: Tongue): string {
  const { t } = SPEECH[tongue];
  const who = by === '' ? '' : t('saw-ownership-by', { by });
  const why = how === '' ? '' : t('saw-ownership-how', { how });
  const found = t(verified ? 'saw-verified' : 'saw-not-verified') + who + why;
  if (moved === null) return found;
  const name = (domain: string): string => (domain === '' ? t('saw-domain-none') : domain);
  return t('saw-moved', { found, from: name(moved.from), to: name(moved.to) });
}
