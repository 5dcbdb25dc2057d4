/** What a review would come to under other rules, as text and as a document. It counts nothing. */
import { formatMoney, type Money, sum } from '../../core/money.ts';
import type { SupposedNotice, SupposedReviews } from '../../core/promotion/notices.ts';
import { aligned, type Showing } from '../files/lines.ts';

/** Whom a policy's notices would reach, and what that touches; at most so many sites are named. */
export function supposedReviewsText(of: SupposedReviews, policy: string, top: number, showing: Showing): string {
  const { calendar, digits, currency } = showing;
  const money = (amount: Money): string => `${formatMoney(amount, digits)} ${currency}`;
  const { noticed, spared } = of;
  const earned = sum(noticed.map((one) => one.earned));
  const lines = noticed.reduce((all, one) => all + one.lines, 0);
  const sellers = new Set(noticed.flatMap((one) => one.sellers.map(({ seller }) => seller))).size;
  const many = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
  const head = aligned(
    [
      ['as of', calendar.format(of.asOf)],
      ['policy', policy],
      ['reviewed', many(of.sites, 'site')],
      [
        'notices',
        `${many(noticed.length, 'site')} that by the rules in force would get none; ${spared.length} that would get one no more`,
      ],
      [
        'touched',
        `${many(lines, 'line')} across stores from ${of.from} to ${of.to}, ${many(sellers, 'seller')}, ${money(earned)} of earnings`,
      ],
    ],
    2,
  );
  const rows = noticed
    .slice(0, top)
    .map((one) => [
      `site ${one.site} of publisher ${one.publisher}`,
      `score ${one.score}`,
      one.permissions.join(', '),
      many(one.lines, 'line'),
      money(one.earned),
      one.sellers.map(({ seller, lines: count }) => `${seller} (${count})`).join(', '),
    ]);
  const rest = noticed.length > top ? `\n${noticed.length - top} more sites are not named: --top names more.\n` : '';
  return `What a review would come to\n${head}${rows.length === 0 ? '' : `\n${aligned(rows, 0)}`}${rest}`;
}

/** The same for programs. */
export function supposedReviewsDocument(of: SupposedReviews, policy: string, { calendar, digits }: Showing) {
  const notice = ({ earned, sellers, ...one }: SupposedNotice) => ({
    ...one,
    earned: formatMoney(earned, digits),
    sellers: sellers.map((row) => ({ ...row, earned: formatMoney(row.earned, digits) })),
  });
  const { from, to, sites, noticed, spared } = of;
  return { asOf: calendar.format(of.asOf), policy, from, to, sites, noticed: noticed.map(notice), spared };
}
