/**
 * The letters about a site beside its notices: a notice that is over, a permission granted or revoked, an application decided,
 * a site withdrawn (SPEC 12). They send nothing and decide nothing.
 */
import type { Calendar, Instant } from '../../core/calendar.ts';
import { type Addressee, type Both, inLanguage, type LetterText, oneLine, permissionIn } from './language.ts';

/** What a letter tells of. */
export type PromotionNews = { readonly at: Instant; readonly reason: string } & (
  | { readonly kind: 'kept'; readonly permission: string; readonly notice: string }
  | { readonly kind: 'granted' | 'revoked'; readonly permissions: readonly string[] }
  | { readonly kind: 'approved'; readonly permission: string; readonly application: string }
  | {
      readonly kind: 'rejected';
      readonly permission: string;
      readonly application: string;
      /** Null of an appeal, whose rejection is the last word. */
      readonly appealUntil: Instant | null;
      readonly reapplyFrom: Instant;
    }
  | { readonly kind: 'withdrawn' }
);

/** The addressee of a site's letters. */
export function addresseeOf(name: {
  readonly site_id: string;
  readonly site_name: string;
  readonly publisher_name: string;
  readonly language: string | null;
}): Addressee {
  const { site_id: siteId, site_name: siteName, publisher_name: publisherName, language } = name;
  return { siteId, siteName, publisherName, language };
}

const SUBJECT: Readonly<Record<PromotionNews['kind'], Both>> = {
  kept: { zh: '通知已取消', en: 'Notice cancelled' },
  granted: { zh: '权限已授予', en: 'Permission granted' },
  revoked: { zh: '权限已取消', en: 'Permission revoked' },
  approved: { zh: '申请已批准', en: 'Application approved' },
  rejected: { zh: '申请已拒绝', en: 'Application rejected' },
  withdrawn: { zh: '媒体已撤回', en: 'Site withdrawn' },
};

/** The letter of one piece of news, in the language of its addressee. */
export function promotionLetter(news: PromotionNews, to: Addressee, calendar: Calendar): LetterText {
  const name = `${oneLine(to.siteName)} (${to.siteId})`;
  const said = saying(news, calendar);
  const reason = oneLine(news.reason);
  return inLanguage(to.language, {
    zh: {
      subject: `${SUBJECT[news.kind].zh}：${name}`,
      body: `尊敬的 ${oneLine(to.publisherName)}：\n\n您备案的媒体“${oneLine(to.siteName)}”（${to.siteId}）：\n${said.zh}\n${reason === '' ? '' : `理由：${reason}\n`}`,
    },
    en: {
      subject: `${SUBJECT[news.kind].en}: ${name}`,
      body: `Dear ${oneLine(to.publisherName)},\n\nOf your site "${oneLine(to.siteName)}" (${to.siteId}):\n${said.en}\n${reason === '' ? '' : `Reason: ${reason}\n`}`,
    },
  });
}

function saying(news: PromotionNews, calendar: Calendar): Both {
  const at = calendar.format(news.at);
  switch (news.kind) {
    case 'kept': {
      const { zh, en } = permissionIn(news.permission);
      return {
        zh: `通知 ${news.notice} 已于 ${at} 取消，${zh}予以保留。`,
        en: `Notice ${news.notice} was cancelled at ${at}: ${en} stays.`,
      };
    }
    case 'granted':
    case 'revoked': {
      const names = news.permissions.map(permissionIn);
      const [zh, en] = news.kind === 'granted' ? ['授予', 'granted'] : ['取消', 'revoked'];
      return {
        zh: `自 ${at} 起${zh}：${names.map((one) => one.zh).join('、')}。`,
        en: `From ${at} on ${en}: ${names.map((one) => one.en).join(', ')}.`,
      };
    }
    case 'approved': {
      const { zh, en } = permissionIn(news.permission);
      return {
        zh: `申请 ${news.application} 已于 ${at} 获批：${zh}。`,
        en: `Application ${news.application} was approved at ${at}: ${en}.`,
      };
    }
    case 'rejected':
      return rejection(news, calendar);
    case 'withdrawn':
      return {
        zh: `已于 ${at} 撤回：此后的点击不再计佣，此前的点击不受影响。`,
        en: `It was withdrawn at ${at}: a click from then on earns nothing, a click before it as it would have.`,
      };
  }
}

function rejection(news: Extract<PromotionNews, { kind: 'rejected' }>, calendar: Calendar): Both {
  const { zh, en } = permissionIn(news.permission);
  const again = calendar.format(news.reapplyFrom);
  const until = news.appealUntil === null ? null : calendar.format(news.appealUntil);
  return {
    zh: `申请 ${news.application}（${zh}）已于 ${calendar.format(news.at)} 被拒绝。${until === null ? '' : `可在 ${until} 前申诉，`}自 ${again} 起可再次申请。`,
    en: `Application ${news.application} for ${en} was rejected at ${calendar.format(news.at)}. ${until === null ? '' : `You may appeal until ${until}, or `}${until === null ? 'You may apply' : 'apply'} again from ${again} on.`,
  };
}
