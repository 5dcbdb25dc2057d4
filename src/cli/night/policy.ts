/** `cps policy`: shows the policy in force and adopts another for the next day to be run. */
import type { Command } from 'commander';
import type { Month } from '../../core/calendar.ts';
import { alimama2013, policyText } from '../../core/policy/policy.ts';
import { aligned } from '../../formats/files/lines.ts';
import { settingChanges, settingRows } from '../../formats/settings.ts';
import { adoptDraft, type DatedPolicy, policiesInForce, policyFrom } from '../../office/policies.ts';
import type { Book } from '../../store/night/book.ts';
import { countOption, momentOf, monthArgument } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { commandDoor, personActing } from '../person.ts';
import { type PreviewOptions, preview } from './preview.ts';

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
    .option('--preview <month>', 'show what it would have made of a past month, and ask first', monthArgument)
    .option('--yes', 'with --preview: adopt without asking')
    .option('--workers <n>', 'with --preview: worker threads', countOption(1, 64), 1)
    .addHelpText(
      'after',
      `
With --preview the days of the month that were run are decided again, as cps whatif does, and nothing is adopted until
you say so; where nobody can be asked (no terminal, or --json) give --yes, or it ends with exit code 3.

Examples:
  cps policy adopt policy.json
  cps policy adopt policy.json --preview 2013-12
  echo '{"payDay": 15}' > p.json && cps policy adopt p.json`,
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

interface AdoptOptions extends PreviewOptions {
  readonly preview?: Month;
}

async function adopt(world: World, common: Common, file: string, options: AdoptOptions): Promise<Outcome> {
  return withBook(world, common, async (open) => {
    const { session, book } = open;
    const draft = await policyFrom(file, book.digits);
    const { preview: month } = options;
    const at = momentOf('--at', undefined, book.calendar, world.now());
    const door = commandDoor(world, 'policy adopt', personActing(world, common), at);
    const previewed = month === undefined ? undefined : await preview(world, common, open, { draft, month }, options);
    if (previewed?.adopt === false) return DONE;
    const adoption = await adoptDraft(session, door, book, draft);
    const { adopted, version, name, from } = adoption;
    const effect = previewed === undefined ? {} : { preview: previewed.document };
    answer(world, common, { ...adoption, ...effect }, () =>
      adopted
        ? `Adopted policy ${version} ${name}: in force ${from === null ? 'from the first day' : `from ${from}`}.\n`
        : `Policy ${version} ${name}, the last adopted, says the same already: nothing was changed.\n`,
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

function settingsText(of: DatedPolicy, book: Book): string {
  const { digits } = book;
  const preset = new Map(settingChanges(of.policy, alimama2013(digits), digits).map(([name, value]) => [name, value]));
  return aligned(
    settingRows(of.policy, digits).map(([name, value]) => {
      const other = preset.get(name);
      return name === 'name' || other === undefined ? [name, value] : [name, value, `(${other} in the preset)`];
    }),
  );
}

function changesText(before: DatedPolicy, after: DatedPolicy, book: Book): string {
  const changed = settingChanges(before.policy, after.policy, book.digits);
  return aligned(changed.map(([name, value, was]) => [name, value, `(${was} before)`]));
}
