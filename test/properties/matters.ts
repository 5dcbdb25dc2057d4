/** A book of five sites and what people say about them, as CSV: facts whose order of delivery must not matter. */

const csv = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const SITES = [601, 602, 603, 604, 605];
const each = (row: (site: number) => string): string[] => SITES.map(row);

/** Delivered first, in this order. */
export const REGISTRY: readonly (readonly [feed: string, csv: string])[] = [
  [
    'publishers',
    csv(
      'publisher_id,name,kind,payee_name,payee_account,registered_at',
      ...each((site) => `${site + 1400},P${site},individual,x,y,2013-01-10 09:00:00`),
    ),
  ],
  [
    'sites',
    csv(
      'site_id,publisher_id,kind,name,domain,filed_at',
      ...each((site) => `${site},${site + 1400},website,S${site},s${site}.example,2013-01-10 10:00:00`),
    ),
  ],
  ['adzones', csv('adzone_id,site_id,name', ...each((site) => `9${site},${site},zone`))],
  ['shops', csv('shop_id,seller_id,mall,name', 'silk,s1,tmall,Silk', 'books,s2,tmall,Books')],
  ['plans', csv('plan_id,shop_id,kind', 'silk-g,silk,general', 'books-g,books,general')],
];

/** Delivered in any order, but for a decision after its application and a cancellation after its notice. */
export const FACTS: readonly (readonly [feed: string, csv: string])[] = [
  [
    'site-reviews',
    csv('site_id,status,score,at,reason', ...each((site) => `${site},approved,45,2013-01-12 10:00:00,by hand`)),
  ],
  [
    'permissions',
    csv(
      'site_id,permission,action,at,reason',
      ...each((site) => `${site},cross-store:tmall,grant,2013-01-20 00:00:00,`),
      '605,cross-store:tmall,revoke,2013-12-08 10:00:00,by a person',
    ),
  ],
  [
    'filings',
    csv(
      'site_id,filed_at,icp_number,categories,description,daily_visitors,evidence',
      `602,2013-12-07 14:00:00,ICP1,tea,words,900,${'a'.repeat(64)}`,
      `605,2013-12-07 14:00:00,ICP1,tea,words,900,${'b'.repeat(64)}`,
    ),
  ],
  [
    'ownership',
    csv(
      'site_id,verified,at,how,verified_by',
      '602,yes,2013-12-08 10:00:00,a file,Chen',
      '605,yes,2013-12-08 10:00:00,a file,Chen',
      '605,no,2013-12-07 10:00:00,no file,Chen',
    ),
  ],
  [
    'applications',
    csv(
      'application_id,site_id,permission,applied_at,statement',
      'A1,603,cross-store:tmall,2013-12-07 09:00:00,please',
      'A2,604,api,2013-12-07 09:00:00,please',
    ),
  ],
  [
    'application-decisions',
    csv(
      'application_id,decision,decided_at,decided_by,reason',
      'A1,approve,2013-12-08 09:00:00,Chen,fine',
      'A2,reject,2013-12-07 12:00:00,Chen,not fine',
    ),
  ],
  [
    'notices',
    csv(
      'notice_id,site_id,permissions,issued_at,effective_at,issued_by,score,short,reason',
      'N1,602,cross-store:tmall,2013-12-06 17:31:00,2013-12-11 00:00:00,Chen,40,icp,low',
      'N2,603,cross-store:tmall,2013-12-06 17:31:00,2013-12-11 00:00:00,Chen,40,icp,low',
      'N3,601,cross-store:tmall,2013-12-06 17:31:00,2013-12-11 00:00:00,Chen,,icp,by hand',
      'N4,604,api,2013-12-06 17:31:00,2013-12-11 00:00:00,Chen,,icp,by hand',
    ),
  ],
  [
    'notice-cancellations',
    csv(
      'notice_id,permission,cancelled_at,cancelled_by,reason',
      'N3,cross-store:tmall,2013-12-07 10:00:00,Chen,an error',
    ),
  ],
  ['withdrawals', csv('site_id,withdrawn_at,withdrawn_by,reason', '604,2013-12-08 12:00:00,its owner,sold')],
  ['programme', csv('shop_id,action,at', 'silk,join,2013-01-01 00:00:00', 'books,join,2013-01-01 00:00:00')],
  [
    'rates',
    csv(
      'plan_id,scope,scope_id,rate,valid_from',
      'silk-g,shop,silk,10%,2013-01-01 00:00:00',
      'books-g,shop,books,4%,2013-01-01 00:00:00',
    ),
  ],
  [
    'clicks',
    csv(
      'click_id,clicked_at,pid,buyer_id,shop_id,referrer',
      ...SITES.flatMap((site) =>
        ['2013-12-05', '2013-12-08', '2013-12-11'].map(
          (day) =>
            `c${site}-${day},${day} 10:00:00,mm_${site + 1400}_${site}_9${site},b${site}-${day},silk,http://s${site}.example/`,
        ),
      ),
      // Enough clicks from elsewhere to fail the check of 601's referrer.
      ...Array.from(
        { length: 25 },
        (_, n) => `f${n},2013-12-01 10:00:00,mm_2001_601_9601,g${n},silk,http://elsewhere.example/`,
      ),
    ),
  ],
  [
    'orders',
    csv(
      'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at',
      ...SITES.flatMap((site) =>
        ['2013-12-05', '2013-12-08', '2013-12-11'].map(
          (day) => `L${site}-${day},O${site}-${day},b${site}-${day},books,i,c,1,100.00,${day} 12:00:00`,
        ),
      ),
    ),
  ],
];
