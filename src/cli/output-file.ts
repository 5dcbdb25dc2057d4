/** A file that a command writes beside its answer: it appears under its name when it is complete, or not at all. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { UsageError } from './errors.ts';

export class Draft {
  readonly #path: string;
  readonly #option: string;
  readonly #file: number;

  /**
   * Opens the file.
   * @throws UsageError, which names the option, where the place cannot be written
   */
  constructor(path: string, option: string) {
    this.#path = path;
    this.#option = option;
    this.#file = this.#tried(() => openSync(`${path}.part`, 'w'));
  }

  write(text: string): void {
    this.#tried(() => writeSync(this.#file, text));
  }

  /** Gives the finished file its name. */
  keep(): void {
    closeSync(this.#file);
    this.#tried(() => renameSync(`${this.#path}.part`, this.#path));
  }

  drop(): void {
    closeSync(this.#file);
    rmSync(`${this.#path}.part`, { force: true });
  }

  #tried<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new UsageError(`${this.#path} cannot be written (${code}): choose another ${this.#option}`);
    }
  }
}
