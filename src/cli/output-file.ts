/** A file that a command writes beside its answer: it appears under its name when it is complete, or not at all. */

import { whyNot } from '../core/error-code.ts';
import { Refusal } from '../core/refusal.ts';
import { WholeFile } from '../filing/whole-file.ts';

/** Does something with the file of an option. Refusal, which names the option, where the place cannot be written. */
function tried<T>(path: string, option: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Refusal(`${path} cannot be written (${whyNot(error)}): choose another ${option}`);
  }
}

/** Opens the file of an option. */
export function outputFile(path: string, option: string): Pick<WholeFile, 'write' | 'keep' | 'drop'> {
  const file = tried(path, option, () => new WholeFile(path));
  return {
    write: (text) => tried(path, option, () => file.write(text)),
    keep: () => tried(path, option, () => file.keep()),
    drop: () => file.drop(),
  };
}
