/**
 * A real endpoint on the loopback: it keeps what it was posted and answers as it is told. It verifies signatures with
 * the few lines of src/hooks/README.md and shares no code with what signs.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came in. */
export interface Posted {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Of the message. */
  readonly id: string;
  readonly message: Message;
}

interface Message {
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly business_day: string;
  readonly entry: string;
  readonly currency: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Everything posted, in order, whatever was answered. */
  readonly posted: Posted[];
  /** What was answered 2xx to. */
  readonly taken: Posted[];
  /** Connections that were ever opened. */
  connections: number;
  /** What is answered: a status, or something that writes its own answer. Replaced by tests. */
  answer: (posted: Posted, nth: number) => number | Answering | Promise<number | Answering>;
  close(): Promise<void>;
}

type Answering = (response: ServerResponse, socket: Socket) => void;

export async function startReceiver(): Promise<Receiver> {
  const state: Omit<Receiver, 'url' | 'port' | 'close'> = { posted: [], taken: [], connections: 0, answer: () => 204 };
  const sockets = new Set<Socket>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const body = Buffer.concat(pieces).toString();
    const headers = request.headers as Record<string, string | undefined>;
    const message = JSON.parse(body) as Message;
    const posted = { path: request.url ?? '', headers, body, id: headers['webhook-id'] ?? '', message };
    state.posted.push(posted);
    const verdict = await state.answer(posted, state.posted.length);
    if (typeof verdict === 'function') return verdict(response, request.socket);
    if (verdict >= 200 && verdict < 300) state.taken.push(posted);
    response.writeHead(verdict).end();
  };
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
  server.on('connection', (socket) => {
    state.connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      for (const socket of sockets) socket.destroy();
    });
  return Object.assign(state, { url: `http://127.0.0.1:${port}/hook`, port, close });
}

/** Whether a request was signed with a secret: as src/hooks/README.md tells receivers to check it. */
export function isSigned({ headers, body }: Posted, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('base64'));
  return (headers['webhook-signature'] ?? '').split(' ').some((one) => {
    const given = Buffer.from(one.replace('v1,', ''));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
