/** Notices (SPEC 3): what was taken with a delivery but looks wrong, and what was guessed of its file. */
import { texts } from './text.ts';

export const NOTICES = texts({
  'remark-late-click': [
    '点击的买家在归因窗口内的订单已经全部裁定：这些点击不改变任何归因（首条：{click}）',
    'clicks came after all orders of their buyers in the window had been decided, and change no decision (first: {click})',
  ],
  'remark-future-order': [
    '订单日期晚于今天（首条：订单行 {line}）',
    'orders are dated after today (first: order line {line})',
  ],
  'remark-coupon-no-pid': [
    'coupon_pid 不是 PID（首条：{coupon}）：这些订单行不归任何人；店铺自己的优惠券请留空',
    'a coupon_pid is no PID (first: {coupon}): such a line is earned by nobody; leave the cell empty for a shop’s own coupon',
  ],
  'remark-no-payee': [
    '推广者没有收款人或收款账号（首条：{publisher}）',
    'publishers have no payee or no account (first: {publisher})',
  ],
  'remark-high-rate': [
    '{column}：没有百分号的 {value} 按 {percent} % 理解；若本意是百分数，请写成 {value}%',
    '{column}: {value} without a sign is taken as {percent} %; write {value}% if that is meant',
  ],
  'remark-time-double': [
    '{column}：{value} 因时钟调整出现两次，取第一次（{taken}）',
    '{column}: the clocks show {value} twice, and the first is taken ({taken})',
  ],
  'remark-time-skipped': [
    '{column}：{value} 因时钟调整并不存在，顺延为 {taken}',
    '{column}: the clocks never show {value}, and {taken} is taken',
  ],
  'remark-near-column': [
    '列 {column} 不认识，原样另存；是否为 {meant}？',
    'the column {column} is not known and kept aside: did you mean {meant}?',
  ],
  'remark-encoding-guessed': [
    '文件按 {encoding} 读取：它不是 UTF-8，也没有标明编码。如果不对，请指明编码后重新交付',
    'the file was read as {encoding}: it is no UTF-8 and has no mark. If that is wrong, deliver it again and name its encoding',
  ],
  'remark-delimiter-guessed': ['单元格以{delimiter}分隔', 'cells are set apart by {delimiter}'],
  'remark-decimal-comma': ['数字以逗号作小数点', 'numbers are read with a decimal comma'],
  'remark-other-sheets': [
    '只读取了工作表 {read}；未读取：{others}',
    'only the sheet {read} was read; not read: {others}',
  ],
  'remarks-title': ['提示', 'Notices'],
  'remarks-rows': ['涉及行数', 'Rows'],
  'remarks-lines': ['行号', 'Lines'],
  'remarks-says': [
    '这些行已被接受，但看起来可能有误；它们不影响任何裁定。',
    'Taken, but it looks wrong; it changes nothing that is decided.',
  ],
});
