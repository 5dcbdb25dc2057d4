/** `cps policy`: shows the policy in force and adopts another for the next day to be run. */
import type { Command } from 'commander';
import { policyText } from '../core/policy.ts';
import { aligned } from '../formats/lines.ts';
import { adoptPolicy, type Book } from '../store/book.ts';
import type { Act } from './command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from './context.ts';
import { policyFrom } from './init.ts';
import { type DatedPolicy, policiesInForce } from './policies.ts';

export function registerPolicy(program: Command, act: Act): void {
  const policy = program.command('policy').description('show the policy in force, or adopt another');
  policy
    .command('show')
    .description('the policy in force, and the next one where another was adopted')
    .addHelpText('after', '\nExamples:\n  cps policy show\n  cps policy show --json')
    .action(act(show));
  policy
    .command('adopt')
    .description('adopt a policy file; it is in force from the next day to be run')
    .argument('<file>', 'a policy file (JSON): the settings it names, the preset alimama-2013 for the rest')
    .addHelpText(
      'after',
      '\nExamples:\n  cps policy adopt policy.json\n  echo \'{"payDay": 15}\' > p.json && cps policy adopt p.json',
    )
    .action(act(adopt));
}

async function show(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { inForce, next } = await policiesInForce(session, book);
    const document = { inForce: documentOf(inForce, book), next: next === null ? null : documentOf(next, book) };
    answer(world, common, document, () => {
      const change = next === null ? '' : `\n${headOf('Next', next)}${changesText(inForce, next, book)}`;
      return `${headOf(book.lastRunDay === null && book.openDay === null ? 'To come' : 'In force', inForce)}${settingsText(inForce, book)}${change}`;
    });
    return DONE;
  });
}

async function adopt(world: World, common: Common, file: string): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { policy, document } = await policyFrom(file, book.digits);
    const { last } = await policiesInForce(session, book);
    const same = policyText(policy, book.digits) === policyText(last.policy, book.digits);
    const version = same ? last.version : await adoptPolicy(session, policy.name, document);
    const { inForce, next } = await policiesInForce(session, book);
    const from = (next ?? inForce).from;
    answer(world, common, { adopted: !same, version, name: policy.name, from }, () =>
      same
        ? `Policy ${version} ${policy.name}, the last adopted, says the same already: nothing was changed.\n`
        : `Adopted policy ${version} ${policy.name}: in force ${from === null ? 'from the first day' : `from ${from}`}.\n`,
    );
    return DONE;
  });
}

function documentOf({ version, name, from, policy }: DatedPolicy, book: Book): Record<string, unknown> {
  return { version, name, from, settings: JSON.parse(policyText(policy, book.digits)) as unknown };
}

function headOf(when: string, { version, name, from }: DatedPolicy): string {
  return `${when}: policy ${version} ${name}, ${from === null ? 'from the first day' : `from ${from}`}\n`;
}

function settingRows(of: DatedPolicy, book: Book): [string, string][] {
  const settings = JSON.parse(policyText(of.policy, book.digits)) as Record<string, unknown>;
  return Object.entries(settings).flatMap(([name, value]) => partRows(name, value));
}

/** A setting's row, or a row for each of its parts. */
function partRows(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return [[name, value.join(', ')]];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([part, own]) => partRows(`${name} ${part}`, own));
}

function settingsText(of: DatedPolicy, book: Book): string {
  return aligned(settingRows(of, book));
}

function changesText(before: DatedPolicy, after: DatedPolicy, book: Book): string {
  const was = new Map(settingRows(before, book));
  const changed = settingRows(after, book).filter(([name, value]) => was.get(name) !== value);
  return aligned(changed.map(([name, value]) => [name, value, `(${was.get(name)} before)`]));
}
