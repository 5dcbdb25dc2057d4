/**
 * One letter over SMTP, and what the server's answer means: accepted, refused for good, or to be tried once more. It
 * knows no outbox. What it says of a failure never holds the password.
 */
import { createTransport } from 'nodemailer';
import { visible, visibleLines } from '../formats/files/table.ts';

/** An SMTP server as its URL names it, and how the engine introduces itself. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps://`); otherwise STARTTLS where it is offered. */
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: string | null;
}

interface Message {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly date: number;
}

/** What became of a message. `unreached`: the server was not there, or went away. */
export type Answer = {
  readonly kind: 'taken' | 'refused' | 'deferred' | 'unreached';
  /** What the server said, on one line. */
  readonly text: string;
};

/** Sends messages one at a time. */
export interface Sender {
  /** Connects and logs in once; a sentence when that fails. */
  check(): Promise<string | undefined>;
  send(message: Message): Promise<Answer>;
}

/**
 * Reads `smtp://user:password@host:port` or `smtps://...`.
 * @returns the server; or one sentence, which does not repeat the URL because it may hold a password
 */
export function parseSmtpUrl(text: string): SmtpServer | string {
  const form = 'write it like smtp://user:password@mail.example.com:587';
  if (!URL.canParse(text)) return `the SMTP server is no URL: ${form}`;
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')
    return `the SMTP server's URL begins with neither smtp:// nor smtps://: ${form}`;
  if (url.hostname === '') return `the SMTP server's URL names no host: ${form}`;
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return `the SMTP server's URL has something after host and port: ${form}`;
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === undefined || password === undefined)
    return `the user or password in the SMTP server's URL is badly encoded: ${form}`;
  if ((user === '') !== (password === ''))
    return `the SMTP server's URL needs a user and a password, or neither: ${form}`;
  const secure = url.protocol === 'smtps:';
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port, secure, user: user === '' ? null : user, password: password === '' ? null : password };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Milliseconds a server may take for a connection, its greeting, or an answer. */
const PATIENCE = 30_000;

/** A sender to a server. A password is never sent before TLS is up. */
export function smtpSender(server: SmtpServer): Sender {
  const { host, port, secure, user, password } = server;
  const hasLogin = user !== null && password !== null;
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: hasLogin && !secure,
    ...(hasLogin ? { auth: { user, pass: password } } : {}),
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const reasonOf = (error: unknown): string =>
    withoutSecrets(error instanceof Error ? error.message : String(error), server);
  return {
    check: async () => {
      try {
        await transport.verify();
        return undefined;
      } catch (error) {
        return `the SMTP server ${host}:${port} is not to be had (${reasonOf(error)}): look after it, then repeat the command`;
      }
    },
    send: async ({ messageId, from, to, subject, body, date }) => {
      try {
        const taken = await transport.sendMail({
          from: { name: '', address: from },
          to: { name: '', address: to },
          messageId: `<${messageId.includes('@') ? messageId : `${messageId}@cps-settlement`}>`,
          date: new Date(date),
          subject: visible(subject),
          text: visibleLines(body),
        });
        return { kind: 'taken', text: oneLine(taken.response) };
      } catch (error) {
        return { kind: kindOf(error), text: reasonOf(error) };
      }
    },
  };
}

/**
 * What a failure says of the letter. A permanent answer (5xx) to the recipient or to the message is a refusal; a
 * passing one (4xx) defers; anything else, a rejection of the sender included, says nothing of the letter, and it is
 * tried once more.
 */
function kindOf(error: unknown): Exclude<Answer['kind'], 'taken'> {
  const { responseCode: code, command } = error as { responseCode?: unknown; command?: unknown };
  if (typeof code !== 'number' || code === 421) return 'unreached';
  const ofTheLetter = command === 'RCPT TO' || command === 'DATA';
  return ofTheLetter && code >= 500 ? 'refused' : 'deferred';
}

/** A server may repeat what it was given: the password is taken out in every form in which it was sent. */
function withoutSecrets(text: string, { user, password }: SmtpServer): string {
  let safe = text;
  if (password !== null) {
    const base64 = (secret: string): string => Buffer.from(secret).toString('base64');
    const forms = [base64(`\0${user ?? ''}\0${password}`), base64(password), encodeURIComponent(password), password];
    for (const form of forms) safe = safe.replaceAll(form, '***');
  }
  return oneLine(safe);
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500);
