/** `cps stop`: stops the private PostgreSQL under --data, whoever uses it. */
import type { Command } from 'commander';
import { stopEmbedded } from '../../store/server/embedded.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World } from '../context.ts';

export function registerStop(program: Command, act: Act): void {
  program.command('stop').description('stop the private PostgreSQL under --data').action(act(stop));
}

async function stop(world: World, common: Common): Promise<Outcome> {
  const stopped = await stopEmbedded(common.data);
  answer(world, common, { stopped }, () => (stopped ? 'Stopped.\n' : 'No private database was running.\n'));
  return DONE;
}
