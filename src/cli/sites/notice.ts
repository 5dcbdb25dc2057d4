/** `cps notice`: lists the notices that run, by their end, beside the act that cancels one. */
import type { Command } from 'commander';
import { noticeDocument, noticesText } from '../../formats/permissions.ts';
import { isUnheard, pendingNotices } from '../../office/notices.ts';
import { addActs } from '../acts.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

export function registerNotice(program: Command, act: Act): void {
  addActs(program, act, 'notice', 'the notices that run: list them, cancel one')
    .command('list')
    .description('the notices that run, by their end, and what became of their letters')
    .option('--as-of <moment>', 'those that run then; without, now')
    .action(act(list));
}

async function list(world: World, common: Common, options: { readonly asOf?: string }): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const notices = await pendingNotices(session, momentOf('--as-of', options.asOf, book.calendar, world.now()));
    const unheard = notices.filter(({ letter }) => isUnheard(letter)).length;
    answer(world, common, { notices: notices.map((one) => noticeDocument(one, book)), unheard }, () =>
      notices.length === 0 ? 'No notice runs.\n' : noticesText(notices, book) + unheardText(unheard),
    );
    return DONE;
  });
}

const unheardText = (count: number): string =>
  count === 0 ? '' : `\nOf ${count} of them nobody has heard: no letter has left. cps mail sends letters.\n`;
