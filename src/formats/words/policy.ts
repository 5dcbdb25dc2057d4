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
  'preview-interests': ['四方利益', 'The four interests'],
  'preview-who': ['谁', 'who'],
  'preview-book': ['账簿', 'book'],
  'preview-other': ['草稿', 'draft'],
  'preview-change': ['变化', 'change'],
  'interest-alliance': ['联盟：服务费', 'Alliance: service fee'],
  'interest-sellers': ['商家：{mall} 佣金', 'Sellers: commission on {mall}'],
  'interest-good': ['守规推广者 {count} 位：收入', 'Publishers in good standing ({count}): earnings'],
  'interest-irregular': ['违规推广者 {count} 位：收入', 'Irregular publishers ({count}): earnings'],
  'interest-held': ['其中暂扣', 'of that held'],
  'interest-forfeited': ['罚没', 'forfeited'],
  'mall-taobao': ['淘宝', 'Taobao'],
  'mall-tmall': ['天猫', 'Tmall'],
  'preview-shifts': ['结果不同的订单行', 'Lines that come out otherwise'],
  'preview-what': ['情形', 'what'],
  'preview-lines-head': ['订单行', 'lines'],
  'preview-none': ['没有订单行的结果不同。', 'No line comes out otherwise.'],
  'preview-decided': [
    '其中 {count} 行的风险裁决针对另一位推广者，照原样适用。',
    'About {count} of them a person decided when they were another publisher\u2019s; the decision is applied as it was delivered.',
  ],
  'shift-changes-hands': ['改付另一位推广者', 'another publisher is paid'],
  'shift-newly-paid': ['新获支付', 'newly paid'],
  'shift-no-longer-paid': ['不再支付', 'no longer paid'],
  'shift-other-amount': ['金额不同', 'another amount'],
  'shift-open': ['尚未收货，判定不同', 'not received yet, decided otherwise'],
  'preview-seller': ['商家', 'seller'],
  'preview-sellers': ['商家，按佣金变化', 'Sellers, by change of commission'],
  'preview-publishers': ['推广者，按收入变化', 'Publishers, by change of earnings'],
  'preview-lines': ['订单行，按变动的佣金', 'Order lines, by the commission that moves'],
  'preview-largest': ['共 {of}，此处为最大的 {shown}。', 'The {shown} largest of {of}.'],
  'preview-earning': ['收入', 'earning'],
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
