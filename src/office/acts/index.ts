/**
 * Every act, in the order in which the API tells of them. A new one is a constant in the file of its family and a row here:
 * its command, its route and its line of the audit follow from it.
 */
import type { Act } from './act.ts';
import { appealApplication, apply, decideApplication, decideApplications } from './applications.ts';
import { approveAdjustment, proposeAdjustment, signOffCutOver, withdrawCutOver } from './balances.ts';
import { cancelPaymentFile, noteBreak } from './bank.ts';
import { approveCase, decideAppeal, decideCase, dispute, lodgeAppeal } from './cases.ts';
import { changePerson, invitePerson, restorePerson, suspendPerson } from './people.ts';
import { approvePosting, proposePosting } from './postings.ts';
import { dismissReject } from './rejects.ts';
import {
  cancelNotice,
  decidePermission,
  decidePermissions,
  decideSite,
  fileSite,
  verifySite,
  withdrawSite,
} from './sites.ts';
import { approveReset, proposeReset, setSignIn } from './ways-in.ts';

export const ACTS: readonly Act[] = [
  decideCase,
  approveCase,
  lodgeAppeal,
  decideAppeal,
  dispute,
  fileSite,
  apply,
  appealApplication,
  decideApplication,
  decideApplications,
  decideSite,
  decidePermission,
  decidePermissions,
  cancelNotice,
  verifySite,
  withdrawSite,
  dismissReject,
  noteBreak,
  proposePosting,
  approvePosting,
  cancelPaymentFile,
  proposeAdjustment,
  approveAdjustment,
  signOffCutOver,
  withdrawCutOver,
  invitePerson,
  changePerson,
  suspendPerson,
  restorePerson,
  proposeReset,
  approveReset,
  setSignIn,
];
