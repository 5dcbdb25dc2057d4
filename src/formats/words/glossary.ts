/**
 * The one glossary: every term and sentence that a document for people says, in Chinese and in English. It decides what
 * things are called; what is said of them, and where it stands on a page, is the document's business.
 */

export type Language = 'zh' | 'en' | 'both';
export const LANGUAGES: readonly Language[] = ['zh', 'en', 'both'];

/**
 * Each term as [Chinese, English]; `{name}` stands for a value. What has values is also given for both languages at once,
 * so that no value is said twice; the others then stand beside each other.
 */
const TERMS = {
  // Documents
  'statement-title': [
    '推广者 {party} 结算单',
    'Statement of publisher {party}',
    '推广者结算单 Statement of publisher {party}',
  ],
  'deductions-title': [
    '商家 {party} 扣款单',
    'Deductions of seller {party}',
    '商家扣款单 Deductions of seller {party}',
  ],
  summary: ['汇总', 'summary'],
  lines: ['明细', 'lines'],
  page: ['第 {page} 页，共 {pages} 页', 'page {page} of {pages}', '{page} / {pages}'],
  total: ['合计', 'total'],
  'line-count': ['明细行数', 'count of lines'],
  // Facts of a document
  name: ['名称', 'name'],
  month: ['月份', 'month'],
  amounts: ['金额', 'amounts'],
  'amounts-in': ['{currency}；按 {zone} 的日期', '{currency}; days of {zone}', '{currency}；按日期 days of {zone}'],
  'open-none-run': ['未关账：尚无一日结算', 'open: none of its days has been run'],
  'open-as-of': ['未关账：截至 {day}', 'open: as it stands after {day}', '未关账，截至 open, as it stands after {day}'],
  'closed-without': ['已关账，无结算单：没有可列的内容', 'closed without a statement: there was nothing to state'],
  'closed-on': ['{day} 关账：{disposition}', 'closed on {day}: {disposition}', '{day} 关账 closed: {disposition}'],
  closed: ['已关账', 'closed'],
  // Columns
  day: ['日期', 'day'],
  'business-day': ['业务日', 'business day'],
  entry: ['类型', 'entry'],
  'entry-id': ['分录号', 'entry id'],
  'occurred-at': ['发生时间', 'occurred at'],
  'occurred-at-utc': ['发生时间 (UTC)', 'occurred at (UTC)'],
  'order-line': ['订单行', 'order line'],
  'order-line-or-deduction': ['订单行或扣款单', 'order line or deduction'],
  publisher: ['推广者', 'publisher'],
  pid: ['PID', 'PID'],
  trace: ['跟踪', 'trace'],
  rate: ['佣金率', 'rate'],
  commission: ['佣金', 'C'],
  'commission-gross': ['佣金', 'gross'],
  fee: ['服务费', 'F'],
  'fee-service': ['服务费', 'fee'],
  net: ['净额', 'net'],
  amount: ['金额', 'amount'],
  balance: ['余额', 'balance'],
  due: ['应扣', 'due'],
  note: ['备注', 'note'],
  why: ['归因', 'why'],
  corrects: ['更正分录', 'corrects'],
  'corrects-entry': ['更正 {entry}', 'corrects {entry}', '更正 corrects {entry}'],
  currency: ['币种', 'currency'],
  // Traces and states of the engine
  'same-store': ['同店', 'same-store'],
  'cross-store': ['跨店', 'cross-store'],
  coupon: ['优惠券', 'coupon'],
  paid: ['已付', 'paid'],
  carried: ['结转', 'carried'],
  frozen: ['冻结', 'frozen'],
  confirmed: ['已到账', 'confirmed'],
  failed: ['失败', 'failed'],
  returned: ['退回', 'returned'],
  instructed: ['尚无回执', 'no result yet'],
  // Entries on a publisher's payable
  settled: ['结算', 'settled'],
  reversed: ['退佣', 'reversed'],
  released: ['放行', 'released'],
  forfeited: ['罚没', 'forfeited'],
  restored: ['改归', 'restored'],
  cleared: ['到期转入', 'cleared'],
  adjusted: ['调整', 'adjusted'],
  'brought-in': ['旧账转入', 'brought in'],
  tax: ['代扣税', 'tax'],
  payout: ['付款', 'payout'],
  // Entries on a seller's due
  charged: ['计佣', 'charged'],
  'charged-anew': ['重新计佣', 'charged anew'],
  'given-back': ['退还', 'given back'],
  deducted: ['扣款', 'deducted'],
  'deduction-failed': ['扣款失败', 'failed'],
  // Sums
  opening: ['期初', 'opening'],
  earnings: ['收入', 'earnings'],
  reversals: ['退佣', 'reversals'],
  releases: ['放行', 'releases'],
  forfeitures: ['罚没', 'forfeitures'],
  adjustments: ['调整', 'adjustments'],
  payouts: ['付款', 'payouts'],
  closing: ['期末', 'closing'],
  'opening-due': ['期初应扣', 'opening due'],
  'closing-due': ['期末应扣', 'closing due'],
  // What is paid of it
  'to-pay': ['应付', 'to pay'],
  'to-pay-why': [
    '{amount}：期末，或 {day} 仍应付之数（若更少）',
    '{amount}: the closing, or what was still payable on {day} if less',
    '{amount}：期末，或 {day} 仍应付之数（若更少） the closing, or what was still payable that day if less',
  ],
  'returned-why': [
    '{amount}，曾付款而被退回',
    '{amount}, paid before and come back',
    '{amount}：曾付款而被退回 paid before and come back',
  ],
  'payout-none': ['无：{disposition}', 'none: {disposition}', '无 none: {disposition}'],
  'payout-of': [
    '{amount}，{id}，起息日 {day}：{state}',
    '{amount}, {id}, value date {day}: {state}',
    '{amount}, {id}，起息日 value date {day}: {state}',
  ],
  'payout-instructed': ['已发出指令', 'instructed'],
  'payout-no-result': ['至 {day} 尚无回执', 'no result by {day}', '至 {day} 尚无回执 no result by that day'],
  'deductions-told': [
    '本月扣款：{told}。',
    "Of this month's deductions: {told}.",
    "本月扣款 Of this month's deductions: {told}.",
  ],
  deductions: ['本月扣款', 'deductions'],
  'without-result': ['尚无回执', 'without result'],
  // Beside it
  memo: ['备查', 'memo'],
  held: ['暂扣', 'held'],
  clearing: ['待转入', 'clearing'],
  'memo-open': [
    '另：截至 {day}，{amounts}。',
    'Beside it, after {day}: {amounts}.',
    '另：截至 Beside it, after {day}: {amounts}.',
  ],
  'memo-closed': [
    '另：{day} 日终，{amounts}。',
    'Beside it, at the end of {day}: {amounts}.',
    '另：日终 Beside it, at the end of {day}: {amounts}.',
  ],
  'as-of-open': ['截至 {day}', 'after {day}', '截至 after {day}'],
  'as-of-closed': ['{day} 日终', 'at the end of {day}', '日终 at the end of {day}'],
  // Where there is nothing
  'no-line-payable': ['应付账户无变动。', 'No line moved the payable.'],
  'no-line-due': ['应扣账户无变动。', 'No line moved what is due.'],
  // Why a line is its publisher's, when a late fact happened, and notes of entries
  happened: ['发生于 {moment}', 'happened {moment}', '发生于 happened {moment}'],
  'by-coupon': ['此 PID 的优惠券', 'coupon of this PID'],
  'by-old-books': ['旧账的归因', 'as the old books had it'],
  'by-click': ['点击 {click}', 'click {click}', '点击 click {click}'],
  'by-click-at': ['点击 {click}，{when}', 'click {click} of {when}', '点击 click {click}, {when}'],
  'by-click-elsewhere': [
    '点击 {click}，{when}，店铺 {shop}',
    'click {click} of {when} on shop {shop}',
    '点击 click {click}, {when}, 店铺 shop {shop}',
  ],
  'note-refund': ['退款 {refund}', 'refund {refund}', '退款 refund {refund}'],
  'note-correction': [
    '更正 {correction}：{reason}',
    'correction {correction}: {reason}',
    '更正 correction {correction}: {reason}',
  ],
  'note-after-decision': ['裁决 {decision} 之后', 'after decision {decision}', '裁决之后 after decision {decision}'],
  'note-decision': ['裁决 {decision}，{by}', 'decision {decision} of {by}', '裁决 decision {decision}, {by}'],
  'note-decision-because': [
    '裁决 {decision}，{by}：{reason}',
    'decision {decision} of {by}: {reason}',
    '裁决 decision {decision}, {by}: {reason}',
  ],
} as const satisfies Readonly<Record<string, readonly [zh: string, en: string, both?: string]>>;

export type Term = keyof typeof TERMS;

/** A value of a sentence: a text, or what is itself said in the sentence's language. */
export type Value = string | ((language: Language) => string);

/** A term or sentence in a language; in both, Chinese first. Where the two are the same text it stands once. */
export function say(term: Term, language: Language, values: Readonly<Record<string, Value>> = {}): string {
  const [zh, en, both]: readonly [string, string, string?] = TERMS[term];
  const text = { zh, en, both: both ?? (zh === en ? zh : `${zh} ${en}`) }[language];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the term ${term} was not given its ${name}`);
    return typeof value === 'string' ? value : value(language);
  });
}

/** Whether a word is a term, for words that come out of the book: traces, states, dispositions. */
function isTerm(word: string): word is Term {
  return Object.hasOwn(TERMS, word);
}

/** A word of the book in a language; one that the glossary does not know stays as it is. */
export function sayWord(word: string, language: Language): string {
  return isTerm(word) ? say(word, language) : word;
}

/** Every term with its texts, for those who check the glossary. */
export const GLOSSARY: readonly (readonly [term: string, texts: readonly string[]])[] = Object.entries(TERMS);
