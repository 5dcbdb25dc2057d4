/** Forms: hidden fields, labelled inputs that keep what was typed, and the sentence that says why one was not done. */
import { isNotThere, Refusal } from '../core/refusal.ts';
import { html, Markup } from '../formats/files/markup.ts';
import type { Acted } from './page.ts';
import type { Visit } from './visit.ts';

/** Hidden fields. */
export function hidden(fields: Readonly<Record<string, string>>): Markup[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${typed(value)}">`,
  );
}

const KEPT: Readonly<Record<string, Markup>> = { '\n': new Markup('\n'), '\t': new Markup('\t') };

/** What was typed, to be sent again as it was: line ends and tabs stay themselves, where other text shows them as signs. */
function typed(text: string): Markup[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/([\n\t])/)
    .map((piece) => KEPT[piece] ?? html`${piece}`);
}

/** A field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'line' | 'text' | 'choice' | 'boxes' | 'file';
  readonly required?: true;
  readonly hint?: string;
  readonly most?: number;
  /** What is wrong with what stands in it. */
  readonly fault?: string;
  /** Of a text: its height in lines, 4 where nothing is said. */
  readonly lines?: number;
  /** What stands in it before anything is typed. */
  readonly value?: string;
  /** Of a choice or boxes to tick: values with what they are called. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
}

/**
 * A form of a page that does one act; what was typed stands in it again where it was refused.
 * @param fixed what is sent with it and not typed, such as what it is about
 */
export function formOf(
  visit: Visit,
  act: string,
  fields: readonly Field[],
  send: string,
  fixed: Readonly<Record<string, string>> = {},
): Markup {
  const refused = visit.refused?.act === act && isOf(visit.refused.fields, fixed) ? visit.refused : null;
  const fault = refused === null ? NONE : html`<p class="fault" role="alert" id="${act}-fault">${refused.sentence}</p>`;
  const of = [act, ...Object.values(fixed)].join('-');
  const encoding = fields.some(({ kind }) => kind === 'file') ? MULTIPART : NONE;
  const inputs = fields.map((field) => inputOf(of, field, refused?.fields[field.name] ?? field.value ?? ''));
  return html`<form class="fields" method="post" action="${visit.path}"${encoding}>${hidden({ ...fixed, act, token: visit.token })}${fault}${inputs}<p class="actions"><button class="primary">${send}</button></p></form>`;
}

/** A form that only navigates: what is typed goes into the address of another page, and nothing is changed. */
export function askingForm(path: string, fields: readonly Field[], send: string): Markup {
  const inputs = fields.map((field) => inputOf('ask', field, field.value ?? ''));
  return html`<form class="fields" method="get" action="${path}">${inputs}<p class="actions"><button class="primary">${send}</button></p></form>`;
}

/** Whether what was sent is of this form, where a page has several that do the same. */
function isOf(fields: Readonly<Record<string, string>>, fixed: Readonly<Record<string, string>>): boolean {
  return Object.entries(fixed).every(([name, value]) => fields[name] === value);
}

const NONE = new Markup('');
const MULTIPART = new Markup(' enctype="multipart/form-data"');

function inputOf(act: string, field: Field, value: string): Markup {
  const id = `${act}-${field.name}`;
  const required = new Markup(field.required === true ? ' required' : '');
  const most = field.most === undefined ? NONE : html` maxlength="${field.most}"`;
  const { hint: said, fault } = field;
  const beside = fault ?? said;
  const mark = fault === undefined ? NONE : new Markup(' class="wrong"');
  const hint = beside === undefined ? NONE : html`<small id="${id}-hint"${mark}>${beside}</small>`;
  const invalid = fault === undefined ? NONE : new Markup(' aria-invalid="true"');
  const told = beside === undefined ? NONE : html` aria-describedby="${id}-hint"${invalid}`;
  const label = html`<label for="${id}">${field.label}</label>`;
  switch (field.kind) {
    case 'line':
      return html`<p>${label}<input id="${id}" name="${field.name}" value="${value}"${most}${required}${told}>${hint}</p>`;
    case 'text':
      return html`<p>${label}<textarea id="${id}" name="${field.name}" rows="${String(field.lines ?? 4)}"${most}${required}${told}>${typed(value)}</textarea>${hint}</p>`;
    case 'file':
      return html`<p>${label}<input id="${id}" name="${field.name}" type="file"${required}${told}>${hint}</p>`;
    case 'boxes': {
      const ticked = value.split(/[,;]/);
      const boxes = (field.choices ?? []).map(([of, called]) => {
        const checked = new Markup(ticked.includes(of) ? ' checked' : '');
        return html`<label><input type="checkbox" name="${field.name}" value="${of}"${checked}> ${called}</label>`;
      });
      const open = new Markup(value === '' ? '' : ' open');
      // What is seldom narrowed is folded away.
      return field.required === true
        ? html`<fieldset class="boxes"><legend>${field.label}</legend>${boxes}${hint}</fieldset>`
        : html`<details${open}><summary>${field.label}</summary><fieldset class="boxes"><legend class="unseen">${field.label}</legend>${boxes}${hint}</fieldset></details>`;
    }
    case 'choice': {
      const options = (field.choices ?? []).map(([of, called]) =>
        of === value
          ? html`<option value="${of}" selected>${called}</option>`
          : html`<option value="${of}">${called}</option>`,
      );
      return html`<p>${label}<select id="${id}" name="${field.name}"${required}${told}>${options}</select>${hint}</p>`;
    }
  }
}

/**
 * Does what a form asks, and leads on; what the book refuses becomes the form's sentence, and what is not there nothing.
 */
export async function attempted({ speech }: Visit, work: () => Promise<Acted>): Promise<Acted | null> {
  try {
    return await work();
  } catch (error) {
    if (isNotThere(error)) return null;
    if (!(error instanceof Refusal)) throw error;
    return { refused: (speech.language === 'zh' ? error.zh : undefined) ?? error.message };
  }
}
