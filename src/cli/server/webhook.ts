/** `cps webhook`: the endpoints that get messages about what is posted, and what people change of them. */
import { type Command, Option } from 'commander';
import type { Instant } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';
import { entryId, isPartyId } from '../../core/ids.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Audience, kindOf, kindsFor } from '../../core/webhook/telling.ts';
import { deliveriesText, endpointsText, type ShownDelivery, type ShownEndpoint } from '../../formats/webhook.ts';
import { registerEndpoint, replay, rotate } from '../../hooks/register.ts';
import { recordDone } from '../../office/acts/act.ts';
import type { Session } from '../../store/connection/session.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import type { Book } from '../../store/night/book.ts';
import {
  type Change,
  DELIVERY_STATES,
  type DeliveryState,
  type Endpoint,
  endpoints,
  type ListedDelivery,
  listDeliveries,
  pauseEndpoint,
  removeEndpoint,
  resumeEndpoint,
} from '../../store/outbox/webhooks.ts';
import { countOption, dayOption, Expected } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, withBook } from '../context.ts';
import { byOption, commandDoor, personAsked } from '../person.ts';
import { registerWebhookSend } from './webhook-send.ts';

interface AddOptions {
  readonly operator?: true;
  readonly seller?: string;
  readonly publisher?: string;
  readonly kinds?: string;
  readonly from?: string;
  readonly allowPrivate?: true;
}

const HOUR = 3_600_000;
/** Deliveries a list shows; the counts are of all. */
const SHOWN = 500;

const endpointArgument = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Expected('the number of an endpoint, such as 3');
  return Number(text);
};
const party = (text: string): string => {
  if (!isPartyId(text)) throw new Expected('an id of letters, digits and hyphens');
  return text;
};

export function registerWebhook(program: Command, act: Act): void {
  const webhook = program
    .command('webhook')
    .description('the endpoints that get messages about what is posted: how far each is, and what it has not accepted')
    .addHelpText('after', `\nKinds: ${kindsFor('operator').join(', ')}.`)
    .action(act(list));
  registerAdd(webhook, act);
  const change = (name: string, text: string): Command =>
    webhook.command(name).description(text).argument('<endpoint>', 'its number', endpointArgument);
  change('pause', 'send nothing more to an endpoint for now; nothing is lost')
    .requiredOption('--reason <text>', 'why')
    .action(act(pause));
  change('resume', 'go on where a pause stopped').action(act(resume));
  change('rotate', 'give an endpoint a new secret, shown this once')
    .option('--keep-hours <n>', 'how long the secret before signs beside it', countOption(0, 720), 24)
    .action(act(rotateOf));
  change('replay', 'send an endpoint past messages once more, in the order of the log and under the same ids')
    .requiredOption('--from <day>', 'the first business day', dayOption)
    .action(act(replayOf));
  change('remove', 'forget an endpoint, its secrets and what waits for it').action(act(remove));
  webhook
    .command('deliveries')
    .description('what an endpoint has not accepted: what is retried and when, and what was given up')
    .argument('<endpoint>', 'its number', endpointArgument)
    .addOption(new Option('--state <state>', 'only those').choices([...DELIVERY_STATES]))
    .action(act(deliveries));
  registerWebhookSend(webhook, act);
}

function registerAdd(webhook: Command, act: Act): void {
  webhook
    .command('add')
    .description('register an endpoint of a seller, of a publisher or of the operator; its secret is shown this once')
    .argument('<url>', 'where it is posted to, https://')
    .addOption(
      new Option('--seller <id>', 'messages about this seller').argParser(party).conflicts(['publisher', 'operator']),
    )
    .addOption(new Option('--publisher <id>', 'messages about this publisher').argParser(party).conflicts('operator'))
    .option('--operator', 'messages about everybody')
    .option('--kinds <list>', 'kinds of message, comma-separated; without, all that the party may have')
    .option('--from <day>', 'tell it from this business day on; without, from now on', dayOption)
    .option('--allow-private', 'allow http:// and addresses that are not public')
    .addOption(byOption())
    .addHelpText(
      'after',
      '\nExamples:\n  cps webhook add https://shop.example.com/cps --seller s1 --as Chen\n' +
        '  cps webhook add https://lin.example.com/hook --publisher 2002 --kinds commission.settled,payout.confirmed --as Chen',
    )
    .action(act(add));
}

async function list(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const found = (await inSnapshot(session, () => endpoints(session))).map((one) => shown(one, book));
    answer(world, common, { endpoints: found }, () => endpointsText(found));
    return found.some((one) => one.state === 'paused' || one.givenUp > 0) ? FINDINGS : DONE;
  });
}

function shown(one: Endpoint, { calendar }: Book): ShownEndpoint {
  const moment = (at: Instant | null): string | null => (at === null ? null : calendar.format(at));
  const { endpointId: endpoint, audience, changedAt, lastDelivered, failingSince, nextAttempt, ...rest } = one;
  return {
    endpoint,
    of: audience.party === null ? audience.role : `${audience.role} ${audience.party}`,
    ...rest,
    changedAt: calendar.format(changedAt),
    lastDelivered: moment(lastDelivered),
    failingSince: moment(failingSince),
    nextAttempt: moment(nextAttempt),
  };
}

async function add(world: World, common: Common, url: string, options: AddOptions): Promise<Outcome> {
  const audience = audienceOf(options);
  const by = personAsked(world, common, 'who registers it');
  return withBook(world, common, async ({ session, book }) => {
    const made = await registerEndpoint(session, book, {
      url,
      audience,
      kinds: options.kinds?.split(',').map((kind) => kind.trim()) ?? null,
      from: options.from ?? null,
      by,
      at: world.now(),
      allowPrivate: options.allowPrivate === true,
    });
    if (typeof made === 'string') throw new Refusal(made);
    const { endpointId: endpoint, secret, kinds } = made;
    const door = commandDoor(world, 'webhook add', by, world.now());
    await recordDone(session, door, 'add-webhook', String(endpoint), { url: made.url, ...audience });
    answer(world, common, { endpoint, url: made.url, kinds, secret }, () => {
      const since = options.from === undefined ? 'from now on' : `from ${options.from} on`;
      return `Endpoint ${endpoint} gets ${kinds.join(', ')}, ${since}.\nIts secret, shown this once: ${secret}\n`;
    });
    return DONE;
  });
}

function audienceOf({ seller, publisher, operator }: AddOptions): Audience {
  if (seller !== undefined) return { role: 'seller', party: seller };
  if (publisher !== undefined) return { role: 'publisher', party: publisher };
  if (operator === true) return { role: 'operator', party: null };
  throw new Refusal('say whose endpoint it is: --seller ID, --publisher ID or --operator');
}

/** Makes a change and prints it; `change` answers false when there is no such endpoint. */
async function changing(
  world: World,
  common: Common,
  id: number,
  how: {
    /** What the audit calls it. */
    readonly name: string;
    readonly change: (session: Session, of: Change, book: Book) => Promise<object | false>;
    readonly text: string;
    readonly otherwise?: string;
  },
): Promise<Outcome> {
  const by = personAsked(world, common, 'who decides it');
  return withBook(world, common, async ({ session, book }) => {
    const made = await how.change(session, { by, at: world.now() }, book);
    if (made === false)
      throw new Refusal(`there is no endpoint ${id}${how.otherwise ?? ''}: cps webhook lists those there are`);
    await recordDone(
      session,
      commandDoor(world, `webhook ${how.name}`, by, world.now()),
      `${how.name}-webhook`,
      String(id),
    );
    answer(world, common, { endpoint: id, ...made }, () => {
      const secret = 'secret' in made ? `Its new secret, shown this once: ${String(made.secret)}\n` : '';
      return `Endpoint ${id} ${how.text}.\n${secret}`;
    });
    return DONE;
  });
}

async function pause(world: World, common: Common, id: number, options: { reason: string }) {
  const reason = options.reason.trim();
  if (reason === '') throw new Refusal('--reason is empty: say why, whoever resumes it wants to know');
  return changing(world, common, id, {
    name: 'pause',
    change: async (session, of) => (await pauseEndpoint(session, id, of, reason)) && { state: 'paused', reason },
    text: 'is paused',
    otherwise: ' that is active',
  });
}

async function resume(world: World, common: Common, id: number): Promise<Outcome> {
  return changing(world, common, id, {
    name: 'resume',
    change: async (session, of) => (await resumeEndpoint(session, id, of)) && { state: 'active' },
    text: 'gets messages again from where it was',
    otherwise: ' that is paused',
  });
}

async function remove(world: World, common: Common, id: number): Promise<Outcome> {
  return changing(world, common, id, {
    name: 'remove',
    change: async (session, of) => (await removeEndpoint(session, id, of)) && { state: 'removed' },
    text: 'is removed',
  });
}

async function rotateOf(world: World, common: Common, id: number, options: { keepHours: number }) {
  const { keepHours } = options;
  return changing(world, common, id, {
    name: 'rotate',
    change: async (session, of) => {
      const secret = await rotate(session, id, of, keepHours * HOUR);
      return secret === undefined ? false : { secret, keepHours };
    },
    text: `has a new secret; the one before signs beside it for ${keepHours} hours`,
  });
}

async function replayOf(world: World, common: Common, id: number, options: { from: string }) {
  const { from } = options;
  return changing(world, common, id, {
    name: 'replay',
    change: async (session, of, book) => {
      const events = await replay(session, book, id, from, of);
      if (typeof events === 'string') throw new Refusal(events);
      return events === undefined ? false : { from, events };
    },
    text: `gets everything from ${from} on once more, with the next cps webhook send`,
  });
}

async function deliveries(
  world: World,
  common: Common,
  id: number,
  { state }: { readonly state?: DeliveryState },
): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const [found, rows] = await inSnapshot(session, async () => [
      await endpoints(session, { endpointId: id }),
      await listDeliveries(session, id, state, SHOWN),
    ]);
    const [endpoint] = found;
    if (endpoint === undefined) throw new Refusal(`there is no endpoint ${id}: cps webhook lists those there are`);
    const asShown = shown(endpoint, book);
    const lost = rows.map((one) => shownDelivery(one, book));
    answer(world, common, { ...asShown, deliveries: lost }, () => deliveriesText(asShown, lost));
    return asShown.givenUp > 0 ? FINDINGS : DONE;
  });
}

function shownDelivery(one: ListedDelivery, { calendar }: Book): ShownDelivery {
  const moment = (at: Instant | null): string | null => (at === null ? null : calendar.format(at));
  return {
    state: one.state,
    entry: entryId(one),
    kind: kindOf(one.type as EventType) ?? one.type,
    attempts: one.attempts,
    firstFailed: moment(one.firstFailed),
    nextAttempt: moment(one.nextAttempt),
    lastAnswer: one.lastAnswer,
  };
}
