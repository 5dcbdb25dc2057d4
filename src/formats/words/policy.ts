/** What the pages of the rules in force and of a draft's effect say. */
import { texts } from './text.ts';

export const POLICY = texts({
  'way-policy': ['规则', 'Policy'],
  'policy-title': ['结算规则', 'Policy'],
  'policy-says': [
    '结算规则自下一个待结算日起生效，已结算的日子不变。',
    'A policy holds from the next day to be run. Days that were run stay as they are.',
  ],
  'policy-settings': ['现行设置', 'Settings in force'],
  'policy-settings-next': ['现行设置与下一份', 'Settings in force, and the next'],
  'policy-setting': ['设置', 'setting'],
  'policy-now': ['现行', 'in force'],
  'policy-then': ['下一份', 'next'],
  'policy-adopted': [
    '已采用规则 {version} {name}，自 {from} 起生效。',
    'Policy {version} {name} is adopted. It holds from {from}.',
  ],
  // The draft
  'policy-draft': ['试算一份草稿', 'Try a draft'],
  'policy-draft-text': ['草稿', 'Draft'],
  'policy-draft-hint': [
    'JSON，只写要改的设置，其余取预设 alimama-2013，例如 {example}。',
    'JSON: the settings it names, and the preset alimama-2013 for the rest, such as {example}.',
  ],
  'policy-month': ['以往月份', 'Past month'],
  'policy-preview-send': ['查看影响', 'Show its effect'],
  'policy-preview-says': [
    '试算不改变账簿。',
    'The days of the month are decided again under the draft. Nothing in the book is changed by looking.',
  ],
  'policy-nothing-run': [
    '还没有结算过任何一天，因此没有可以试算的月份。请用 cps policy adopt 采用规则。',
    'No day has been run, so there is no month to try a draft on. Adopt one with cps policy adopt.',
  ],
  'policy-no-draft': ['请写下草稿。', 'Write a draft first.'],
  'policy-long': [
    '草稿超过 {most} 个字符。请只写要改的设置，或用 cps policy adopt 采用文件。',
    'The draft is longer than {most} characters. Write only the settings it changes, or adopt a file with cps policy adopt.',
  ],
  'policy-not-run': [
    '{month} 没有已结算的日子。请选择已结算的月份。',
    'No day of "{month}" has been run. Choose a month that has been run.',
  ],
  'policy-large': [
    '{month} 的订单行超过 {most}，无法让人在页面上等待。请运行 cps policy adopt FILE --preview {month}，它会先显示影响再询问。',
    '{month} has more than {most} order lines, too many to decide while you wait. Run cps policy adopt FILE --preview {month}: it shows the effect and asks.',
  ],
  // Its effect
  'preview-title': ['草稿对 {month} 的影响', 'What the draft makes of {month}'],
  'preview-span': [
    '{from} 至 {to} 的订单行，计至 {through} 发生的事',
    'Order lines of {from} to {to}, with what happened to them through {through}',
  ],
  'preview-changes': ['草稿改变的设置', 'What the draft changes'],
  'preview-draft': ['草稿', 'draft'],
  'preview-last': ['最近采用', 'last adopted'],
  'preview-of-month': ['{day} 时', 'on {day}'],
  'preview-no-change': ['草稿与最近采用的规则相同。', 'The draft says the same as the policy last adopted.'],
  // Adopting it
  'policy-adopt': ['采用草稿', 'Adopt the draft'],
  'policy-adopt-says': [
    '草稿将自 {from} 起生效，此前各日不变。',
    'The draft will hold from {from} on. The days before stay as they are.',
  ],
  'policy-adopt-send': ['采用', 'Adopt'],
  'policy-same': [
    '最近采用的规则 {version} {name} 与草稿相同，没有改变。',
    'Policy {version} {name}, the last adopted, says the same already: nothing was changed.',
  ],
  'policy-moved': [
    '其间日结已推进：草稿现在将自 {from} 起生效。请核对后再采用。',
    'Nights were run in the meantime: the draft would now hold from {from}. Look again, then adopt it.',
  ],
});
