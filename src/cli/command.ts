/** How a command adds itself to the program. */
import type { Command } from 'commander';
import type { Common, Outcome, World } from './context.ts';

/** Adds a command to the program. */
export type Register = (program: Command, act: Act) => void;

/** Makes a commander action of a command's own: the world and the global options come first, an exit code comes back. */
export type Act = <A extends unknown[]>(
  action: (world: World, common: Common, ...rest: A) => Promise<Outcome>,
) => (...rest: [...A, Command]) => Promise<void>;
