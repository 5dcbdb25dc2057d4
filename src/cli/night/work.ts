/** `cps work`: joins a book's nights from any machine, until SIGTERM or SIGINT. */
import type { Command } from 'commander';
import { work } from '../../night/work.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, watched, withBook } from '../context.ts';

export function registerWork(program: Command, act: Act): void {
  program
    .command('work')
    .description('work on the nights that cps run opens, from any machine, until told to stop (SIGTERM or SIGINT)')
    .addHelpText(
      'after',
      '\nStart one for each processor, with cps of the version that runs the nights; cps status shows who works on what.\n\nExamples:\n  cps work --database postgresql://cps@db.example/cps\n  cps work',
    )
    .action(act(workCommand));
}

async function workCommand(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session }) => {
    let done = 0;
    await watched(world, 'work', (line) =>
      work(session, {
        program: { version: world.version, place: world.place },
        stopped: world.untilStopped(),
        onClaim: (day, partitions) => world.log.info({ day, partitions }, 'claimed'),
        onLost: (day, partitions) => world.log.warn({ day, partitions }, 'taken over by another run or worker'),
        onBatch: (more) => {
          done += more;
          line.update(done);
        },
      }),
    );
    answer(world, common, { done }, () => `Worked on ${done} lines and facts, and left.\n`);
    return DONE;
  });
}
