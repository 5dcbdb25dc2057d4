// The fair yardstick of a night: a client that says again, byte by byte, what the engine said to the server. So it reads the
// same rows and copies the same bytes in the same transactions, over a socket as the engine does, and decides nothing: it
// does not even look into the rows it is sent. What the engine takes beyond it is the engine's own.
import { closeSync, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Day } from '../../src/core/calendar.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import type { Ground } from './ground.ts';
import { measured, type Usage } from './meter.ts';
import { runNights } from './nights.ts';
import { Answers, Recorder, type Tape, type Turn } from './tape.ts';

/** Runs the nights of `from` once to hear them, and says them again in `to`, both of them databases of this name only. */
export async function tapeFloor(
  ground: Ground,
  terms: { readonly loaded: string; readonly database: string; readonly through: Day; readonly workers: number },
): Promise<Usage> {
  const { loaded, database, through, workers } = terms;
  await ground.copy(loaded, database);
  const recorder = await Recorder.open(join(ground.folder, `${database}.tape`), Number(new URL(ground.url('')).port));
  await runNights(ground, database, through, workers, recorder.port);
  const tape = await recorder.close();
  await ground.drop(database);
  await ground.copy(loaded, database);
  await ground.checkpoint();
  const usage = await replay(ground, database, tape);
  await rm(tape.file);
  return usage;
}

async function replay(ground: Ground, database: string, tape: Tape): Promise<Usage> {
  const file = openSync(tape.file, 'r');
  const sessions = await Promise.all(
    Array.from({ length: tape.connections }, () => connect(ground.url(database), 'bench floor')),
  );
  const lines = sessions.map((session) => new Line(session, file));
  try {
    const { usage } = await measured(ground, () => sayAll(lines, tape.turns));
    return usage;
  } finally {
    for (const line of lines) line.end();
    await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
    closeSync(file);
  }
}

/** What the run itself says is said alone; between two of its turns its workers speak beside each other, each in its order. */
async function sayAll(lines: readonly Line[], turns: readonly Turn[]): Promise<void> {
  for (let at = 0; at < turns.length; ) {
    const alone = turns[at]?.connection === 0;
    let end = at;
    while (end < turns.length && (turns[end]?.connection === 0) === alone) end++;
    const together = turns.slice(at, end);
    await Promise.all(
      lines.map((line, connection) => line.say(together.filter((turn) => turn.connection === connection))),
    );
    at = end;
  }
}

/** One connection, made as the engine makes its own; from then on its bytes are ours. */
class Line {
  readonly #stream: Socket;
  readonly #file: number;
  readonly #answers = new Answers();
  #buffer = Buffer.alloc(1 << 20);
  #heard: ((error?: Error) => void) | undefined;

  constructor(session: Session, file: number) {
    this.#file = file;
    this.#stream = (
      session.client as unknown as { readonly connection: { readonly stream: Socket } }
    ).connection.stream;
    this.#stream.removeAllListeners('data');
    this.#stream.on('data', (bytes: Buffer) => {
      this.#answers.hear(bytes);
      if (this.#answers.isRefused)
        this.#heard?.(new Error(`the server refused what was said to it again: ${bytes.toString('latin1')}`));
      else if (this.#answers.waits > 0) this.#heard?.();
    });
  }

  async say(turns: readonly Turn[]): Promise<void> {
    for (const { offset, length } of turns) {
      if (this.#buffer.length < length) this.#buffer = Buffer.alloc(length * 2);
      const bytes = this.#buffer.subarray(0, readSync(this.#file, this.#buffer, 0, length, offset));
      this.#answers.waits = 0;
      await new Promise<void>((heard, failed) => {
        this.#heard = (error) => (error === undefined ? heard() : failed(error));
        this.#stream.write(bytes);
      });
    }
  }

  end(): void {
    this.#stream.destroy();
  }
}
