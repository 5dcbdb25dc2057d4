/** `cps permissions`: what a site may, since when, and why. */
import type { Command } from 'commander';
import { permissionsDocument, permissionsText } from '../../formats/permissions.ts';
import { permissionsOf } from '../../office/permissions.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

export function registerPermissions(program: Command, act: Act): void {
  program
    .command('permissions')
    .description('what a site may earn and use, since when, and why')
    .argument('<site>', 'the id of the site')
    .option('--as-of <moment>', 'by what was dated up to then; without, now')
    .addHelpText('after', '\nExamples:\n  cps permissions 602\n  cps permissions 602 --as-of "2013-12-11 00:00:00"')
    .action(act(permissions));
}

async function permissions(
  world: World,
  common: Common,
  site: string,
  options: { readonly asOf?: string },
): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const view = await permissionsOf(
      session,
      book,
      site,
      momentOf('--as-of', options.asOf, book.calendar, world.now()),
    );
    answer(world, common, permissionsDocument(view, book), () => permissionsText(view, book));
    return DONE;
  });
}
