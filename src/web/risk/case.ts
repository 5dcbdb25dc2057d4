/** One case: what is at stake, whom it is about, its evidence in time, and what was decided; forms stand below. */
import { caseState, caseStory, type ShownCase } from '../../formats/cases.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { caseFile } from '../../office/cases.ts';
import { NotThere } from '../../office/usage-error.ts';
import { page } from '../page.ts';
import { pager } from '../pieces.ts';
import { desk, numberOf, officePage } from '../staff.ts';
import { shown, told } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { RISK_OFFICE } from './office.ts';
import { CASE_ACTS, caseForms, caseSaid } from './rulings.ts';

const LINES_A_PAGE = 100;

export const casePage = page({
  ...desk('see-cases'),
  path: '/risk/cases/:case',
  acts: CASE_ACTS,
  load: async (session, { book, params }) => {
    try {
      return await caseFile(session, book, params['case'] ?? '');
    } catch (error) {
      if (error instanceof NotThere) return null;
      throw error;
    }
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const { summary } = of;
    const from = Number(numberOf(visit.query.get('after')) ?? 0n);
    const to = from + LINES_A_PAGE;
    const story = told(caseStory(of, visit.speech, visit.book, [from, to]), visit);
    return officePage(RISK_OFFICE, 'way-cases', visit, {
      title: t(`pattern-${summary.pattern}`),
      under: html`${summary.id} · ${shown(caseState(summary.state, visit.speech), visit)}`,
      back: { path: '/risk', label: t('cases-title') },
      body: html`${caseSaid(visit)}${story}${pages(of, from, to, visit)}${caseForms(of, visit)}`,
    });
  },
});

/** The way to the lines after those shown. */
function pages({ lines }: ShownCase, from: number, to: number, visit: Visit): Markup {
  const next = lines.length > to ? String(to) : null;
  const said = visit.speech.t('shown-of', { shown: Math.min(lines.length, to) - from, count: lines.length });
  return pager(visit, next, said);
}
