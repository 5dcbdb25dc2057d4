/**
 * A real SMTP server on the loopback, which keeps what it took and fails where it is told to. Its certificate
 * (loopback/) is its own and proves nothing: it was made for these tests.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

export const CERTIFICATE = join(import.meta.dirname, 'loopback/certificate.pem');

/** Where a letter is on its way, in this order. */
export const POINTS = ['connected', 'sender', 'recipient', 'data', 'body', 'answered'] as const;
type Point = (typeof POINTS)[number];

interface Taken {
  readonly messageId: string;
  readonly to: string;
  readonly text: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

export interface Loopback {
  readonly port: number;
  readonly url: string;
  /** What it answered 250 to, in order. */
  readonly taken: Taken[];
  /** What is done at a point: a returned error is answered, 'drop' closes the connection. Replaced by tests. */
  at: (point: Point, to: string) => Promise<Error | 'drop' | undefined>;
  close(): Promise<void>;
}

/** An answer of the server other than 2xx. */
export function answer(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** Starts a server; `login` makes it ask for a user and password, `tls` lets it offer STARTTLS. */
export async function startSmtp(
  of: {
    tls?: boolean;
    login?: { user: string; password: string };
    refusal?: (user: string, pass: string) => string;
  } = {},
): Promise<Loopback> {
  const files = { key: readFileSync(join(import.meta.dirname, 'loopback/key.pem')), cert: readFileSync(CERTIFICATE) };
  const state: Omit<Loopback, 'port' | 'url' | 'close'> = { taken: [], at: async () => undefined };
  const through = (session: { id: string }, point: Point, to: string, next: (error?: Error) => void): void => {
    void state.at(point, to).then((verdict) => {
      if (verdict === 'drop') drop(session.id);
      else next(verdict);
    });
  };
  /** Cuts the line under a session. */
  const drop = (id: string): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket.destroy();
  };
  const server = new SMTPServer({
    ...files,
    authOptional: of.login === undefined,
    disabledCommands: [...(of.tls === true ? [] : ['STARTTLS']), ...(of.login === undefined ? ['AUTH'] : [])],
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ username = '', password }, _session, done) => {
      const pass = password ?? '';
      if (username === of.login?.user && pass === of.login.password) done(null, { user: username });
      else done(answer(535, of.refusal?.(username, pass) ?? 'no such user or password'));
    },
    onConnect: (session, done) => through(session, 'connected', '', done),
    onMailFrom: (_address, session, done) => through(session, 'sender', '', done),
    onRcptTo: ({ address }, session, done) => through(session, 'recipient', address, done),
    onData: (stream, session, done) => {
      const to = session.envelope.rcptTo[0]?.address ?? '';
      const pieces: Buffer[] = [];
      let isFirst = true;
      stream.on('data', (piece: Buffer) => {
        pieces.push(piece);
        if (isFirst) through(session, 'data', to, () => undefined);
        isFirst = false;
      });
      stream.on('end', () => {
        through(session, 'body', to, (error) => {
          if (error !== undefined) return done(error);
          const text = Buffer.concat(pieces).toString();
          const messageId = /^Message-ID: <(.*)>\r?$/im.exec(text)?.[1] ?? '';
          state.taken.push({ messageId, to, text, secure: session.secure, user: session.user as string | undefined });
          done();
          through(session, 'answered', to, () => undefined);
        });
      });
    },
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket) => socket.on('error', () => undefined));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((closed) => server.close(() => closed()));
  return Object.assign(state, { port, url: `smtp://127.0.0.1:${port}`, close });
}
