/** Forms: hidden fields, labelled inputs that keep what was typed, and the sentence that says why one was not done. */
import { html, Markup } from '../formats/markup.ts';
import type { Visit } from './visit.ts';

/** Hidden fields. */
export function hidden(fields: Readonly<Record<string, string>>): Markup[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** A field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'line' | 'text' | 'choice';
  readonly required?: true;
  readonly hint?: string;
  readonly most?: number;
  /** Of a choice: values with what they are called. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
}

/** A form of a page that does one act; what was typed stands in it again where it was refused. */
export function formOf(visit: Visit, act: string, fields: readonly Field[], send: string): Markup {
  const refused = visit.refused?.act === act ? visit.refused : null;
  const fault = refused === null ? NONE : html`<p class="fault" role="alert" id="${act}-fault">${refused.sentence}</p>`;
  const inputs = fields.map((field) => inputOf(act, field, refused?.fields[field.name] ?? ''));
  return html`<form class="fields" method="post" action="${visit.path}">${hidden({ act, token: visit.token })}${fault}${inputs}<p class="actions"><button class="primary">${send}</button></p></form>`;
}

const NONE = new Markup('');

function inputOf(act: string, field: Field, value: string): Markup {
  const id = `${act}-${field.name}`;
  const required = new Markup(field.required === true ? ' required' : '');
  const most = field.most === undefined ? NONE : html` maxlength="${field.most}"`;
  const hint = field.hint === undefined ? NONE : html`<small id="${id}-hint">${field.hint}</small>`;
  const told = field.hint === undefined ? NONE : html` aria-describedby="${id}-hint"`;
  const label = html`<label for="${id}">${field.label}</label>`;
  switch (field.kind) {
    case 'line':
      return html`<p>${label}<input id="${id}" name="${field.name}" value="${value}"${most}${required}${told}>${hint}</p>`;
    case 'text':
      return html`<p>${label}<textarea id="${id}" name="${field.name}" rows="4"${most}${required}${told}>${value}</textarea>${hint}</p>`;
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
