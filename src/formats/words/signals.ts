/**
 * What the risk signals of SPEC 9 are called and what each saw, as [Chinese, English]. The tables are typed by the signals:
 * one without its words does not compile. The log holds none of them.
 */
import type { Evidence, FiredSignal, SignalName } from '../../core/signals/index.ts';
import type { Action } from '../../core/signals/signal.ts';

export type Pair = readonly [zh: string, en: string];
type WordsOf<K extends string> = { readonly [N in K]: Pair };

export const SIGNAL_WORDS = {
  'fast-order': ['点击后过快下单', 'fast order'],
  'overwritten-click': ['覆盖他人点击', 'overwritten click'],
  'referrer-mismatch': ['来源不符', 'referrer mismatch'],
  'no-referrer': ['无来源', 'no referrer'],
  'click-flood': ['点击泛滥', 'click flood'],
  'coupon-override': ['优惠券覆盖点击', 'coupon override'],
} as const satisfies WordsOf<SignalName>;

/** What the case of a signal is called. */
export const PATTERN_WORDS = {
  'pattern-fast-order': ['点击后立即下单', 'Orders too soon after clicks'],
  'pattern-overwritten-click': ['覆盖他人点击', 'Clicks right after those of others'],
  'pattern-referrer-mismatch': ['来源不符', 'Clicks from another site'],
  'pattern-no-referrer': ['无来源', 'Clicks without a referrer'],
  'pattern-click-flood': ['点击洪水', 'Many clicks at once'],
  'pattern-coupon-override': ['优惠券压过点击', 'Coupons over the clicks of others'],
} as const satisfies WordsOf<`pattern-${SignalName}`>;

export const ACTION_WORDS = {
  off: ['不检测', 'off'],
  flag: ['标记', 'flag'],
  hold: ['暂扣', 'hold'],
} as const satisfies WordsOf<Action>;

const seconds = (ms: number): number => ms / 1000;

const SAW: { readonly [N in SignalName]: (evidence: Evidence[N]) => Pair } = {
  'fast-order': ({ gap_ms: gap }) => [`点击后 ${seconds(gap)} 秒付款`, `paid ${seconds(gap)} s after the click`],
  'overwritten-click': ({ gap_ms: gap, clicks }) => [
    `在同店 ${clicks[0]?.pid} 的点击之后 ${seconds(gap)} 秒`,
    `${seconds(gap)} s after a click of ${clicks[0]?.pid} on the same shop`,
  ],
  'referrer-mismatch': ({ host, domain }) => [
    `来源为 ${host}，备案域名为 ${domain}`,
    `referrer on ${host}, filed domain ${domain}`,
  ],
  'no-referrer': () => ['没有来源', 'no referrer'],
  'click-flood': ({ count, seconds: span }) => [
    `${span} 秒内此 PID 有 ${count} 次点击`,
    `${count} clicks of this PID in ${span} s`,
  ],
  'coupon-override': ({ publisher }) => [
    `仅凭点击会归推广者 ${publisher}`,
    `its clicks alone would have gone to publisher ${publisher}`,
  ],
};

/** What a signal saw; nothing for a reader from whom it is kept. */
export function sawText({ signal, evidence }: FiredSignal, language: 'zh' | 'en'): string {
  if (evidence === null) return '';
  const say = SAW[signal] as (evidence: unknown) => Pair;
  return say(evidence)[language === 'zh' ? 0 : 1];
}

/** What the lines of a case have in common, for its subject and as many PIDs. */
const ABOUT: { readonly [N in SignalName]: (subject: string, pids: number) => Pair } = {
  'fast-order': (of) => [`${of} 的点击之后过快下单`, `orders too soon after clicks of ${of}`],
  'overwritten-click': (of) => [`${of} 的点击紧跟他人的点击`, `clicks of ${of} right after those of others`],
  'referrer-mismatch': (of, pids) => [
    pids === 1 ? `点击来自 ${of}，并非备案网站` : `点击来自 ${of}，其后有 ${pids} 个 PID`,
    `clicks from ${of}, which ${pids === 1 ? 'is not the site filed' : `stands behind ${pids} PIDs`}`,
  ],
  'no-referrer': (of) => [`${of} 的点击不说明来源`, `clicks of ${of} that say not where they come from`],
  'click-flood': (of) => [`${of} 短时间内大量点击`, `many clicks of ${of} at once`],
  'coupon-override': (of) => [`${of} 的优惠券压过他人的点击`, `coupons of ${of} over the clicks of others`],
};

/** What the lines of a signal's case have in common. */
export function aboutText(signal: SignalName, subject: string, pids: number, language: 'zh' | 'en'): string {
  return ABOUT[signal](subject, pids)[language === 'zh' ? 0 : 1];
}
