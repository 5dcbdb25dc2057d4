/**
 * The rules in force and the next, what a draft of others would have made of a past month, and adopting it. The effect is
 * the one that `cps policy adopt --preview` shows; a month too large to wait for is left to that command.
 */
import type { Month } from '../../core/calendar.ts';
import { type Policy, policyText } from '../../core/policy/policy.ts';
import { Refusal } from '../../core/refusal.ts';
import type { WhatIf } from '../../core/whatif/result.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { settingLabel, settingRows, settingValue } from '../../formats/settings.ts';
import { policyName } from '../../formats/status.ts';
import { whatIfStory } from '../../formats/whatif/story.ts';
import { Refused } from '../../night/run.ts';
import {
  adoptDraft,
  type DatedPolicy,
  draftOf,
  type PoliciesInForce,
  type PolicyDraft,
  policiesInForce,
} from '../../office/policies.ts';
import { isMonthLarge, LINES_AT_ONCE, previewOf } from '../../office/preview.ts';
import { policyOfNight } from '../../office/suppose.ts';
import { insideTransaction } from '../../store/connection/nested-transaction.ts';
import type { Session } from '../../store/connection/session.ts';
import { monthsRun } from '../../store/month/known.ts';
import { pagesDoor } from '../acts.ts';
import { askingForm, attempted, formOf } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { type Act, page } from '../page.ts';
import { done, empty, part, tableOf } from '../pieces.ts';
import { desk, mayDo, officePage } from '../staff.ts';
import { told } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { OPERATIONS_OFFICE } from './office.ts';

const PATH = '/operations/policy';
const PREVIEW = `${PATH}/preview`;
/** Characters of a draft: it travels in an address. */
const LONGEST = 4000;
const EXAMPLE = '{"crossStoreWindowDays": 7, "payDay": 15}';

/** A draft and a month as typed. */
interface Asked {
  readonly document: string;
  readonly month: string;
}

/** What was typed: in the address, or in a form that was refused just now. */
function askedOf({ query, refused }: Visit): Asked {
  const typed = (name: string): string => refused?.fields[name] ?? query.get(name) ?? '';
  return { document: typed('document').replaceAll('\r\n', '\n').trim(), month: typed('month') };
}

export const policyPage = page({
  ...desk('see-book'),
  path: PATH,
  load: async (session, { book }) => ({
    policies: await policiesInForce(session, book),
    months: await monthsRun(session, book),
  }),
  show: ({ policies, months }, visit) => {
    const { t } = visit.speech;
    const { version, name, from } = { ...policies.inForce, ...policies.next };
    const said =
      visit.query.get('done') === 'adopt'
        ? done(t('policy-adopted', { version, name, from: from ?? t('none-yet') }))
        : NOTHING;
    const form =
      months.length === 0 ? empty(t('policy-nothing-run')) : draftForm({ document: '', month: '' }, months, visit);
    return officePage(OPERATIONS_OFFICE, 'way-policy', visit, {
      title: t('policy-title'),
      under: t('policy-says'),
      beside: html`<a href="#draft">${t('policy-draft')} ↓</a>`,
      body: html`${said}${settings(policies, visit)}<div id="draft">${part(t('policy-draft'), form)}</div>`,
    });
  },
});

function named(of: DatedPolicy, called: string, { speech }: Visit): string {
  return `${called}: ${policyName(of, speech)}`;
}

function settings({ inForce, next }: PoliciesInForce, visit: Visit): Markup {
  const { t } = visit.speech;
  const { digits } = visit.book;
  const was = new Map(settingRows(inForce.policy, digits));
  const comes = new Map(next === null ? [] : settingRows(next.policy, digits));
  const rows = [...new Set([...was.keys(), ...comes.keys()])];
  const { text } = columnsFor<string>(visit);
  const valueIn = valuesFor(visit);
  const changed = (name: string) =>
    comes.get(name) === was.get(name) ? '' : html`<strong>${valueIn(comes)(name) || '-'}</strong>`;
  const columns = [
    settingColumn(visit),
    text(named(inForce, t('policy-now'), visit), valueIn(was)),
    ...(next === null ? [] : [text(named(next, t('policy-then'), visit), changed)]),
  ];
  const title = t(next === null ? 'policy-settings' : 'policy-settings-next');
  return part(title, tableOf(title, columns, rows));
}

/** What a setting is called, and under it how a draft names it. */
function settingColumn(visit: Visit) {
  const label = (name: string) => html`${settingLabel(name, visit.speech)} <br><code>${name}</code>`;
  return columnsFor<string>(visit).text(visit.speech.t('policy-setting'), label);
}

/** A setting's value among those of a policy, in words. */
function valuesFor({ speech }: Visit) {
  return (rows: ReadonlyMap<string, string>) => (name: string) => settingValue(name, rows.get(name) ?? '', speech);
}

function draftForm(asked: Asked, months: readonly Month[], visit: Visit): Markup {
  const { t } = visit.speech;
  const chosen = asked.month === '' ? (months.at(-1) ?? '') : asked.month;
  const choices = [...new Set([...months.toReversed(), chosen])].map((month) => [month, month] as const);
  return askingForm(
    PREVIEW,
    [
      {
        name: 'document',
        label: t('policy-draft-text'),
        kind: 'text',
        lines: 8,
        required: true,
        most: LONGEST,
        value: asked.document,
        hint: t('policy-draft-hint', { example: EXAMPLE }),
      },
      { name: 'month', label: t('policy-month'), kind: 'choice', required: true, choices, value: chosen },
    ],
    t('policy-preview-send'),
  );
}

/** What a draft would have made of a month, but for what was asked: the page has said that. */
function effect(answer: WhatIf, visit: Visit): Markup {
  return told({ ...whatIfStory(answer, visit.speech, visit.book), blocks: [] }, visit);
}

/** A draft's effect, or why it cannot be shown. */
type Previewed =
  | { readonly fault: string }
  | { readonly draft: PolicyDraft; readonly answer: WhatIf; readonly ofMonth: Policy };

const adopt: Act = {
  right: 'adopt-policies',
  asksAgain: true,
  do: (session, visit, fields, _, requestId) => {
    const { t } = visit.speech;
    const { document } = askedOf({ ...visit, refused: { act: '', sentence: '', fields } });
    return attempted(visit, async () => {
      const adoption = await adoptDraft(
        session,
        pagesDoor(visit, requestId),
        visit.book,
        draftOf(document, visit.book.digits, t('policy-draft-text')),
      );
      const { version, name, from } = adoption;
      if (!adoption.adopted) throw new Refusal(t('policy-same', { version, name }));
      // It was shown with the day it would hold from; what was not shown is not adopted.
      if (from !== fields['from']) throw new Refusal(t('policy-moved', { from: from ?? t('none-yet') }));
      return { to: `${PATH}?done=adopt` };
    });
  },
};

export const previewPage = page({
  ...desk('see-book'),
  path: PREVIEW,
  takesLong: true,
  acts: { 'adopt-policy': adopt },
  load: async (session, visit) => {
    const months = await monthsRun(session, visit.book);
    const policies = await policiesInForce(session, visit.book);
    return { months, policies, previewed: await previewed(session, months, visit) };
  },
  show: ({ months, policies, previewed: of }, visit) => {
    const { t } = visit.speech;
    const asked = askedOf(visit);
    const draft = part(t('policy-draft'), draftForm(asked, months, visit));
    const back = { path: PATH, label: t('policy-title') };
    if ('fault' in of)
      return officePage(OPERATIONS_OFFICE, 'way-policy', visit, {
        title: t('policy-draft'),
        back,
        body: html`<p class="fault" role="alert">${of.fault}</p>${draft}`,
      });
    const { from, to, through } = of.answer;
    const refused =
      visit.refused === null
        ? NOTHING
        : html`<p class="fault" role="alert" id="adopt-policy-fault">${visit.refused.sentence}</p>`;
    return officePage(OPERATIONS_OFFICE, 'way-policy', visit, {
      title: t('preview-title', { month: asked.month }),
      under: t('preview-span', { from, to, through }),
      back,
      beside: html`<a href="#draft">${t('policy-draft')} ↓</a>`,
      body: html`${refused}${changes(of, policies, visit)}${effect(of.answer, visit)}${adoption(asked, of, policies, visit)}<div id="draft">${draft}</div>`,
    });
  },
});

/** Decides the month again, in the page's own snapshot; once for a moment of the book. */
async function previewed(session: Session, months: readonly Month[], visit: Visit): Promise<Previewed> {
  const { book, shelf } = visit;
  const { t } = visit.speech;
  const { document, month } = askedOf(visit);
  if (document === '') return { fault: t('policy-no-draft') };
  if (document.length > LONGEST) return { fault: t('policy-long', { most: LONGEST }) };
  if (!months.includes(month)) return { fault: t('policy-not-run', { month }) };
  try {
    const draft = draftOf(document, book.digits, t('policy-draft-text'));
    if (await isMonthLarge(session, book, month, LINES_AT_ONCE))
      return { fault: t('policy-large', { month, most: LINES_AT_ONCE.toLocaleString('en-US') }) };
    const order = { draft, month, url: null, workers: 1 };
    const answer = await shelf.preview.get(session, `${month} ${document}`, () =>
      previewOf(insideTransaction(session), book, order),
    );
    return { draft, answer, ofMonth: (await policyOfNight(session, book, answer.to)) ?? draft.policy };
  } catch (error) {
    if (error instanceof Refusal || error instanceof Refused) return { fault: error.message };
    throw error;
  }
}

function changes(
  { draft, answer, ofMonth }: Exclude<Previewed, { fault: string }>,
  { last }: PoliciesInForce,
  visit: Visit,
): Markup {
  const { t } = visit.speech;
  const { digits } = visit.book;
  const of = (policy: Policy): Map<string, string> => new Map(settingRows(policy, digits));
  const [now, adopted, then] = [of(draft.policy), of(last.policy), of(ofMonth)];
  const isOther = (name: string): boolean => [adopted, then].some((one) => one.get(name) !== now.get(name));
  const rows = [...new Set([...now.keys(), ...adopted.keys(), ...then.keys()])].filter(isOther);
  const { text } = columnsFor<string>(visit);
  const valueIn = valuesFor(visit);
  const columns = [
    settingColumn(visit),
    text(t('preview-draft'), (name) => html`<strong>${valueIn(now)(name)}</strong>`),
    text(t('preview-last'), valueIn(adopted)),
    text(t('preview-of-month', { day: answer.to }), valueIn(then)),
  ];
  const title = t('preview-changes');
  return part(title, rows.length === 0 ? empty(t('preview-no-change')) : tableOf(title, columns, rows));
}

/** The form that adopts what was shown, for who may. */
function adoption(
  asked: Asked,
  { draft }: { readonly draft: PolicyDraft },
  { last, comes }: PoliciesInForce,
  visit: Visit,
): Markup {
  const { t } = visit.speech;
  if (!mayDo(visit, 'adopt-policies') || comes === null) return NOTHING;
  const { version, name } = last;
  const isSame = policyText(last.policy, visit.book.digits) === policyText(draft.policy, visit.book.digits);
  if (isSame) return part(t('policy-adopt'), empty(t('policy-same', { version, name })));
  const form = formOf({ ...visit, refused: null }, 'adopt-policy', [], t('policy-adopt-send'), {
    ...asked,
    from: comes,
  });
  return part(t('policy-adopt'), html`<p>${t('policy-adopt-says', { from: comes })}</p>${form}`);
}
