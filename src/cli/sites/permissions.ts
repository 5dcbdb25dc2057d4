/**
 * `cps permissions`: what a site may, since when, and why; and `cps application list`, the applications that wait, beside the
 * acts that submit and decide them.
 */
import type { Command } from 'commander';
import {
  applicationDocument,
  applicationsText,
  permissionsDocument,
  permissionsText,
} from '../../formats/permissions.ts';
import { applicationView, deskPolicy, permissionsOf } from '../../office/permissions.ts';
import { applicationsWaiting } from '../../store/registry/promotion.ts';
import { addActs } from '../acts.ts';
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

export function registerApplication(program: Command, act: Act): void {
  addActs(program, act, 'application', 'apply for a permission, appeal, decide')
    .command('list')
    .description('the applications that wait for a decision')
    .action(act(list));
}

async function list(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const policy = await deskPolicy(session, book);
    const waiting = (await applicationsWaiting(session)).map((one) => applicationView(one, world.now(), policy));
    answer(world, common, { applications: waiting.map((one) => applicationDocument(one, book)) }, () =>
      waiting.length === 0 ? 'No application waits.\n' : applicationsText(waiting, book),
    );
    return DONE;
  });
}
