/** What the seller's pages say. */
import { texts } from './text.ts';

export const SELLER = texts({
  'seller-month-title': ['{month} 佣金扣款', 'Commission charged, {month}'],
  'section-seller-month': ['佣金', 'Commission'],
  'charged-by-day': ['每日计佣与退还', 'Charged and given back by day'],
  'by-publisher': ['按推广者', 'By publisher'],
  others: ['其余 {count} 位', '{count} others'],
  'by-trace': ['按跟踪方式', 'By trace'],
  'lines-of-month': ['本月明细', 'Lines of the month'],
  'seller-empty': [
    '本月没有向您计佣，也没有扣款。',
    'No commission was charged to you this month, and nothing deducted.',
  ],
  'seller-none': [
    '账簿里还没有任何月份。第一晚结算之后，您的佣金会出现在这里。',
    'This book has no month yet. After the first night has been run, your commission appears here.',
  ],
  'dispute-title': ['对此行提出异议', 'Dispute this line'],
  'dispute-intro': [
    '请说明为什么您认为这笔佣金不应收取。风控会给出裁决；在此之前不冻结任何款项。',
    'Say why you think this commission should not have been charged. The risk desk will decide; until then nothing is held back.',
  ],
  'dispute-done': ['异议已登记，回执号 {id}。', 'Your dispute is recorded as {id}.'],
  'dispute-known': ['您已于 {when} 提出异议：{reason}', 'You disputed this line on {when}: {reason}'],
  'month-charged': ['计佣', 'Charged'],
  'month-given-back': ['退还', 'Given back'],
  'month-deducted': ['已扣款', 'Deducted'],
  'month-due': ['期末应扣', 'Due at the end'],
  'seller-lines-title': ['{month} 明细', 'Lines of {month}'],
  'month-net': ['净额', 'Net'],
  'month-opening': ['期初 {amount}', '{amount} at the start'],
  'deduction-results': ['扣款结果', 'Deductions'],
});
