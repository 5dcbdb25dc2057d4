/**
 * The mail of a notice: what falls short, what it means, from when, and how to mend it
 * (SPEC 12). It sends nothing and decides nothing.
 */
import type { Calendar, Instant } from '../../core/calendar.ts';
import { type Addressee, type Both, inLanguage, type LetterText, oneLine, permissionIn } from './language.ts';

export interface Notice extends Addressee {
  readonly permissions: readonly string[];
  readonly issuedAt: Instant;
  readonly effectiveAt: Instant;
  /** Checks the site did not pass, or `state` or `standing`. */
  readonly short: readonly string[];
  /** In figures, as the review wrote it. */
  readonly reason: string;
}

/** What it means for what is earned from then on. */
const MEANING: Readonly<Record<string, Both>> = {
  'cross-store:tmall': {
    zh: '买家点击您的推广后在其他天猫店铺的成交将不再计佣；在所点击店铺内的成交不受影响。',
    en: 'What a buyer who clicked your promotion buys in another Tmall shop earns nothing; what is bought in the shop that was clicked earns as before.',
  },
  'cross-store:taobao': {
    zh: '买家点击您的推广后在其他淘宝店铺的成交将不再计佣；在所点击店铺内的成交不受影响。',
    en: 'What a buyer who clicked your promotion buys in another Taobao shop earns nothing; what is bought in the shop that was clicked earns as before.',
  },
  'site-wide:tmall': { zh: '天猫活动组件将停止使用。', en: 'The component for Tmall events stops working.' },
  api: { zh: 'API 将停止为该媒体提供服务。', en: 'The API no longer answers for this site.' },
  taodianjin: { zh: '淘点金代码将停止使用。', en: 'Taodianjin code stops working.' },
};

/** What falls short and how it is mended. */
const MEND: Readonly<Record<string, Both>> = {
  ownership: {
    zh: '网站所有权尚未验证：请完成所有权验证。',
    en: 'It is not verified that the site is yours: have it verified.',
  },
  icp: { zh: '缺少 ICP 备案号：请填写网站的 ICP 备案号。', en: 'There is no ICP number: file the number of the site.' },
  fields: {
    zh: '备案信息不完整：请补充名称、域名、类目、简介、流量数据和证明材料。',
    en: 'The filing is not complete: supplement name, domain, categories, description, traffic figures and evidence.',
  },
  referrer: {
    zh: '较多点击并非来自备案域名：请只在备案网站上推广，或为实际推广的网站另行备案。',
    en: 'Too many clicks come from elsewhere than the filed domain: promote on the filed site only, or file the other site too.',
  },
  stripped: {
    zh: '较多点击没有来源信息：请在备案网站的页面上推广，不要隐藏来源。',
    en: 'Too many clicks do not tell where they came from: promote on pages of the filed site, and do not hide the referrer.',
  },
  forfeits: {
    zh: '近期有订单因违规被没收佣金：请停止违规推广，如有异议请申诉。',
    en: 'Orders of this site were forfeited lately: end what led to it, or appeal if you disagree.',
  },
  age: { zh: '网站备案时间过短：请稍后再申请。', en: 'The site was filed too short a time ago: wait.' },
  state: {
    zh: '网站未处于审核通过状态：请按审核意见修改备案。',
    en: 'The site is not approved: amend the filing as the review asked.',
  },
  standing: {
    zh: '账户状态异常：请联系联盟处理。',
    en: 'The account is not in good standing: get in touch with the alliance.',
  },
};

/** What stands before a notice that leaves after the end it names. */
export const LATE_NOTICE = '此信发出时，信中所述期限已过。\nThis letter left after the end that it names.\n\n';

/** What falls short where a check does not pass, and how it is mended. */
export function mendOf(check: string, language: keyof Both): string {
  return MEND[check]?.[language] ?? check;
}

/** The subject and text of a notice's mail. */
export function noticeMail(notice: Notice, calendar: Calendar): LetterText {
  const from = calendar.format(notice.effectiveAt);
  const of = (table: Readonly<Record<string, Both>>, language: keyof Both, names: readonly string[]): string[] =>
    names.map((name) => table[name]?.[language] ?? name);
  const list = (items: readonly string[]): string => items.map((item) => `  - ${item}\n`).join('');
  const { siteName, siteId, publisherName, permissions, short, reason } = notice;
  const name = `${oneLine(siteName)} (${siteId})`;
  const zh =
    `尊敬的 ${oneLine(publisherName)}：\n\n` +
    `您备案的媒体“${oneLine(siteName)}”（${siteId}）目前暂不符合下列权限的准入要求，我们将于 ${from} 关闭：\n` +
    `${list(permissions.map((one) => permissionIn(one).zh))}\n影响：\n${list(of(MEANING, 'zh', permissions))}\n` +
    `未达标项：\n${list(of(MEND, 'zh', short))}\n` +
    `请在此之前进入推广资源管理补充或修改备案信息；复审符合条件的，该权限将予以保留。您也可以单独申请该权限。\n` +
    (reason === '' ? '' : `评分说明：${oneLine(reason)}\n`);
  const en =
    `Dear ${oneLine(publisherName)},\n\n` +
    `Your site "${oneLine(siteName)}" (${siteId}) does not meet at present what these permissions ask for. They end at ${from}:\n` +
    `${list(permissions.map((one) => permissionIn(one).en))}\nWhat it means:\n${list(of(MEANING, 'en', permissions))}\n` +
    `What falls short, and how to mend it:\n${list(of(MEND, 'en', short))}\n` +
    'Supplement or amend the filing before then; if it is found to meet the conditions, the permission stays. You can also apply for a permission by itself.\n' +
    (reason === '' ? '' : `In figures: ${oneLine(reason)}\n`);
  if (notice.language === null)
    return { subject: `推广资源管理通知 / Notice on promotion resources: ${name}`, body: `${zh}\n---\n\n${en}` };
  return inLanguage(notice.language, {
    zh: { subject: `推广资源管理通知：${name}`, body: zh },
    en: { subject: `Notice on promotion resources: ${name}`, body: en },
  });
}
