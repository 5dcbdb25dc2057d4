/** Which language a page speaks. */
import type { Tongue } from '../formats/words/index.ts';

/**
 * The language to speak: what the visitor chose before, else the first of the browser's that we speak, else English.
 * @param accepted the Accept-Language header
 */
export function languageOf(chosen: string | undefined, accepted: string | undefined): Tongue {
  if (chosen === 'zh' || chosen === 'en') return chosen;
  const wishes = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().toLowerCase().split(';');
      const quality =
        params
          .find((param) => param.trim().startsWith('q='))
          ?.trim()
          .slice(2) ?? '1';
      return { tag, weight: /^(0(\.\d{1,3})?|1(\.0{1,3})?)$/.test(quality) ? Number(quality) : 0 };
    })
    .sort((a, b) => b.weight - a.weight);
  for (const { tag, weight } of wishes) {
    if (weight === 0) continue;
    if (tag === 'zh' || tag.startsWith('zh-')) return 'zh';
    if (tag === 'en' || tag.startsWith('en-')) return 'en';
  }
  return 'en';
}
