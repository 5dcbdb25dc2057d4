// What an engine says to its server, kept turn by turn: a relay stands between the two and writes down the bytes that pass.
// It changes none of them. What is said while a connection is made is left out: it is another one each time.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** What was said at one stretch, before the server had to answer. */
export interface Turn {
  /** Connections are counted as they were made, from 0. */
  readonly connection: number;
  /** Its bytes in the file. */
  readonly offset: number;
  readonly length: number;
}

export interface Tape {
  readonly file: string;
  /** As they began. */
  readonly turns: readonly Turn[];
  readonly connections: number;
}

const READY = 0x5a;
const COPY_IN = 0x47;
const ERROR = 0x45;

/** Finds in a server's answers where it waits for the client again. */
export class Answers {
  /** The server waits so many times more than it was last asked for. */
  waits = 0;
  /** It has refused something. */
  isRefused = false;
  readonly #head = Buffer.alloc(5);
  #have = 0;
  #skip = 0;

  hear(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, bytes.length - at);
        this.#skip -= passed;
        at += passed;
      } else {
        this.#head[this.#have++] = bytes[at++] ?? 0;
        if (this.#have < this.#head.length) continue;
        this.#have = 0;
        const kind = this.#head[0];
        if (kind === READY || kind === COPY_IN) this.waits++;
        if (kind === ERROR) this.isRefused = true;
        this.#skip = this.#head.readInt32BE(1) - 4;
      }
    }
  }
}

/** A relay in front of a server, for one run. */
export class Recorder {
  readonly #server: Server;
  readonly #file: string;
  readonly #to: number;
  readonly #turns: Turn[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #fd: number;
  #offset = 0;
  #connections = 0;

  private constructor(file: string, to: number) {
    this.#file = file;
    this.#to = to;
    this.#fd = openSync(file, 'w');
    this.#server = createServer({ noDelay: true }, (client) => this.#relay(client));
  }

  /** @param to the server's port on this machine */
  static async open(file: string, to: number): Promise<Recorder> {
    const recorder = new Recorder(file, to);
    await new Promise<void>((listening) => recorder.#server.listen(0, '127.0.0.1', listening));
    return recorder;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<Tape> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
    closeSync(this.#fd);
    // A farewell is not answered, and was not kept.
    const turns = this.#turns.filter(({ length }) => length > 0);
    return { file: this.#file, turns, connections: this.#connections };
  }

  #relay(client: Socket): void {
    const connection = this.#connections++;
    const server = dial({ port: this.#to, host: '127.0.0.1', noDelay: true });
    const answers = new Answers();
    let said: Buffer[] = [];
    let place = 0;
    let isMade = false;
    client.on('data', (bytes) => {
      // A turn stands where it began, though another connection's may end before it.
      if (isMade && said.length === 0) place = this.#turns.push({ connection, offset: 0, length: 0 }) - 1;
      if (isMade) said.push(bytes);
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      answers.hear(bytes);
      if (answers.waits > 0) {
        answers.waits = 0;
        if (isMade) this.#turns[place] = { connection, ...this.#keep(said) };
        said = [];
        isMade = true;
      }
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('end', () => other.end());
      one.on('error', () => other.destroy());
      one.on('close', () => this.#sockets.delete(one));
    }
  }

  #keep(said: readonly Buffer[]): Pick<Turn, 'offset' | 'length'> {
    const offset = this.#offset;
    for (const bytes of said) this.#offset += writeSync(this.#fd, bytes);
    return { offset, length: this.#offset - offset };
  }
}
