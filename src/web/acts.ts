/**
 * Forms that do acts, made from their declarations: labels, checks and the sentence that says it is done. Who signed in is
 * who does it. What an act is, and whether it may be done, is decided in src/office/acts.
 */
import { partyOf } from '../core/access.ts';
import { html, type Markup } from '../formats/files/markup.ts';
import { type Act, type ActOf, perform } from '../office/acts/act.ts';
import type { Field as ActField, Fields, Given, Said } from '../office/acts/field.ts';
import type { Session } from '../store/connection/session.ts';
import type { Door } from '../store/people/audit.ts';
import { attempted, type Field, formOf } from './form.ts';
import { NOTHING } from './layout.ts';
import type { Act as FormAct } from './page.ts';
import { done } from './pieces.ts';
import { momentOf } from './staff.ts';
import type { Visit } from './visit.ts';

/** What a form says of an act beside what is typed into it. */
interface Doing<F extends Fields> {
  /** What the page itself knows, such as the site of its path; null where what it is about is not there, or another's. */
  readonly knows?: (visit: Visit, session: Session) => Partial<Given<F>> | null | Promise<Partial<Given<F>> | null>;
  /** Fields that the act lets be left out, and this form does not. */
  readonly needs?: readonly (keyof F & string)[];
  /** Where to go when it is done; to the page itself where nothing is said. */
  readonly to?: (visit: Visit, came: string) => string;
}

/** The act of a form. */
export function doing<F extends Fields, A>(of: ActOf<F, A>, how: Doing<F> = {}): FormAct {
  const act: Act = of;
  return {
    right: act.right,
    ...(act.asksAgain === undefined ? {} : { asksAgain: act.asksAgain }),
    do: async (session, visit, typed, _, requestId) => {
      const known: Readonly<Record<string, unknown>> | null =
        how.knows === undefined ? {} : await how.knows(visit, session);
      if (known === null) return null;
      const given: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(act.fields)) {
        if (name in known) {
          given[name] = known[name];
          continue;
        }
        const isNeeded = field.isOptional !== true || how.needs?.includes(name) === true;
        const text = typed[name] ?? '';
        const fault = faultOf(text, field, isNeeded, visit);
        if (fault !== undefined) return { refused: fault };
        given[name] = text === '' ? null : field.read(text, visit.book);
      }
      return attempted(visit, async () => {
        const { came } = await perform(session, pagesDoor(visit, requestId), act, given);
        return { to: how.to?.(visit, came) ?? `${visit.path}?done=${came}` };
      });
    },
  };
}

/** The door of the pages. */
export function pagesDoor(visit: Visit, requestId: string): Door {
  const { principal: who } = visit;
  return { name: 'pages', who, own: partyOf(who), at: momentOf(visit), requestId };
}

const saidIn = (said: Said, { speech }: Visit): string => said[speech.language === 'zh' ? 0 : 1];

/** Why what was typed does not do; undefined where it does. */
function faultOf(text: string, field: ActField, isNeeded: boolean, visit: Visit): string | undefined {
  const { t } = visit.speech;
  const { kind, most } = field;
  const isText = kind === 'words' || kind === 'line';
  if (text === '' && !isNeeded) return undefined;
  if (isText && most !== undefined && text.length > most) return t('too-long', { most });
  if (text !== '' && field.read(text, visit.book) !== undefined) return undefined;
  if (field.wrong !== undefined) return saidIn(field.wrong, visit);
  return t(kind === 'choice' ? 'choice-missing' : text === '' ? 'statement-missing' : 'value-wrong');
}

interface Asked<F extends Fields> extends Pick<Doing<F>, 'needs'> {
  /** The fields that are asked for, in order. */
  readonly ask: readonly (keyof F & string)[];
  /** What is sent with them and not typed. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** What stands in fields before anything is typed. */
  readonly values?: Readonly<Record<string, string>>;
  /** Of choices: those that are open here. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly send?: string;
}

/** The form that does an act; `form` is its name on its page. */
export function actForm<F extends Fields, A>(visit: Visit, form: string, of: ActOf<F, A>, asked: Asked<F>): Markup {
  const act: Act = of;
  const fields = asked.ask.flatMap((name): Field[] => {
    const field = act.fields[name];
    if (field === undefined) return [];
    const isNeeded = field.isOptional !== true || asked.needs?.includes(name) === true;
    const value = asked.values?.[name];
    return [
      {
        name,
        label: asked.labels?.[name] ?? saidIn(field.label, visit),
        kind: formKind(field),
        ...(isNeeded ? { required: true } : {}),
        ...(field.most === undefined ? {} : { most: field.most }),
        ...(field.hint === undefined ? {} : { hint: saidIn(field.hint, visit) }),
        ...(value === undefined ? {} : { value }),
        ...(field.choices === undefined ? {} : { choices: choicesOf(field, asked.choices?.[name], isNeeded, visit) }),
      },
    ];
  });
  return formOf(visit, form, fields, asked.send ?? saidIn(of.send, visit), asked.fixed ?? {});
}

function formKind({ kind, choices }: ActField): Field['kind'] {
  if (kind === 'words') return 'text';
  if (kind === 'names' && choices !== undefined) return 'boxes';
  return kind === 'choice' ? 'choice' : 'line';
}

function choicesOf(
  { kind, choices = [], words = '' }: ActField,
  open: readonly string[] | undefined,
  isNeeded: boolean,
  { speech: { word } }: Visit,
): readonly (readonly [value: string, label: string])[] {
  const named = (open ?? choices).map((one) => [one, word(`${words}-${one}`)] as const);
  return isNeeded && kind === 'choice' ? [['', ''], ...named] : named;
}

/** The sentence that one of a page's acts is done, where the query says so. */
export function actSaid(visit: Visit, ...acts: readonly Pick<Act, 'done'>[]): Markup {
  const came = visit.query.get('done') ?? '';
  const of = acts.find(({ done: all }) => Object.hasOwn(all, came))?.done[came];
  return of === undefined ? NOTHING : html`${done(saidIn(of, visit))}`;
}
