/**
 * Who acts at the command line: the person that `--as` or CPS_AS names, and beside it the user of the operating system,
 * which is recorded with everything. Where one person is enough and nobody is named, it is that user.
 */
import { Option } from 'commander';
import { NAME_EXPECTED, personName } from '../core/person.ts';
import { Refusal } from '../core/refusal.ts';
import type { Door } from '../store/people/audit.ts';
import { Expected } from './checks.ts';
import type { Common, World } from './context.ts';

/** A name as it is kept. */
export function personOption(text: string): string {
  const name = personName(text);
  if (name === undefined) throw new Expected(NAME_EXPECTED);
  return name;
}

/** What `--as` was called at first, where a command had it: still taken, and told nobody of. */
export function byOption(): Option {
  return new Option('--by <person>', 'the same as --as').argParser(personOption).hideHelp();
}

/** Who is named, if anybody is. @throws Refusal where CPS_AS holds no name */
export function personNamed(world: Pick<World, 'environment'>, { as, by }: Common): string | undefined {
  const set = world.environment['CPS_AS'] ?? '';
  const name = as ?? by ?? (set === '' ? undefined : personName(set));
  if (name === undefined && set !== '') throw new Refusal(`CPS_AS must be ${NAME_EXPECTED}`);
  return name;
}

/** Who has to be named. @throws Refusal where nobody is */
export function personAsked(world: Pick<World, 'environment'>, common: Common, what: string): string {
  const name = personNamed(world, common);
  if (name === undefined) throw new Refusal(`say --as PERSON, or set CPS_AS: ${what}`);
  return name;
}

/** Who acts where one person is enough: who is named, else the user of the operating system. */
export function personActing(world: Pick<World, 'environment' | 'user'>, common: Common): string {
  return personNamed(world, common) ?? world.user;
}

/** The door of the command line: whoever is named, without a role, and the user who typed it. */
export function commandDoor({ user }: Pick<World, 'user'>, words: string, name: string, at: number): Door {
  const who = { name, role: 'command', party: null, key: null, identity: { issuer: 'os', subject: user } } as const;
  return { name: 'command', who, own: undefined, at, requestId: `cps ${words}`, file: `cps ${words}` };
}
