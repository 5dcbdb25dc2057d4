/** `cps application`: lists the applications that wait, beside the acts that submit and decide them. */
import type { Command } from 'commander';
import { applicationDocument, applicationsText } from '../../formats/permissions.ts';
import { applicationView, deskPolicy } from '../../office/permissions.ts';
import { applicationsWaiting } from '../../store/registry/promotion.ts';
import { addActs } from '../acts.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

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
