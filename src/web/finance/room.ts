/** The room of finance: the month's close, payouts and deductions, payment files, reconciliation and the trial balance. */
import type { Room } from '../page.ts';
import { desk } from '../staff.ts';
import { ageingFile, ageingPage } from './ageing.ts';
import { balancesFile, balancesPage } from './balances.ts';
import { breakPage } from './break.ts';
import { chosenClose, closePage, latestClose, statementDocument, statementsFile } from './close.ts';
import { fileContent, filePage } from './file.ts';
import { filesPage } from './files.ts';
import { instructionsFile, instructionsOf } from './instructions.ts';
import { latestWalk, walkPage } from './month.ts';
import { breaksFile, reconciliationPage } from './reconciliation.ts';
import { secondsPage } from './seconds.ts';

export const FINANCE_ROOM: Room = {
  sections: [{ term: 'section-finance', path: '/finance', roles: desk('see-statements').roles }],
  pages: [
    latestClose,
    chosenClose,
    closePage,
    latestWalk,
    walkPage,
    instructionsOf('payout'),
    instructionsOf('deduction'),
    secondsPage,
    filesPage,
    filePage,
    reconciliationPage,
    breakPage,
    ageingPage,
    balancesPage,
  ],
  counters: [
    statementsFile,
    statementDocument,
    instructionsFile('payout'),
    instructionsFile('deduction'),
    fileContent,
    breaksFile,
    ageingFile,
    balancesFile,
  ],
};
