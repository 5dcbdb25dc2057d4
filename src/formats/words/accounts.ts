/** What the accounts of the chart are called; one without its words does not compile. */
import type { AccountName } from '../../core/accounts.ts';
import { texts } from './text.ts';

type AccountWords = { readonly [N in AccountName as `account-${N}`]: readonly [zh: string, en: string] };

export const ACCOUNTS = texts({
  'account-due': ['商家应扣', 'due from sellers'],
  'account-deductionsInClearing': ['在途扣款', 'deductions in clearing'],
  'account-bank': ['银行', 'bank'],
  'account-payable': ['应付推广者', 'payable to publishers'],
  'account-held': ['暂扣', 'held'],
  'account-clearing': ['待转入', 'clearing'],
  'account-returned': ['退回的付款', 'returned payouts'],
  'account-payoutsInClearing': ['在途付款', 'payouts in clearing'],
  'account-taxWithheld': ['代扣税', 'tax withheld'],
  'account-serviceFee': ['服务费收入', 'service fees'],
  'account-adjustment': ['调整', 'adjustments'],
  'account-bank-charges': ['银行手续费', 'bank charges'],
  'account-interest': ['利息收入', 'interest'],
  'account-unallocated': ['未认领款项', 'unallocated money'],
  'account-opening': ['期初', 'opening balances'],
} as const satisfies AccountWords);
