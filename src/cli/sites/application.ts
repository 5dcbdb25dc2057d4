/** `cps application`: a publisher asks for one permission for one site; a person approves or rejects it, with a reason. */
import type { Command } from 'commander';
import type { Instant } from '../../core/calendar.ts';
import { appealDeadline } from '../../core/promotion/events.ts';
import { Refusal } from '../../core/refusal.ts';
import { applicationDocument, applicationsText } from '../../formats/permissions.ts';
import { deliverRows } from '../../ingest/deliver/rows.ts';
import { applicationView, deskPolicy } from '../../office/permissions.ts';
import { type ApplicationOrder, applicationAnswer, newApplication } from '../../office/requests.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Book } from '../../store/night/book.ts';
import { applicationsUnder, applicationsWaiting, type KnownApplication } from '../../store/registry/promotion.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { seenFrom } from '../seen-from.ts';

interface SubmitOptions {
  readonly statement: string;
  readonly asOf?: string;
}

interface DecideOptions {
  readonly by: string;
  readonly reason: string;
  readonly asOf?: string;
}

export function registerApplication(program: Command, act: Act): void {
  const application = program.command('application').description('apply for a permission, appeal, decide');
  application
    .command('submit')
    .description('apply for one permission for one site')
    .argument('<site>', 'the id of the site')
    .argument('<permission>', 'cross-store:tmall, cross-store:taobao, site-wide:tmall, api or taodianjin')
    .requiredOption('--statement <text>', 'what it is for')
    .option('--as-of <moment>', 'when; without, now')
    .addHelpText('after', '\nExample:\n  cps application submit 603 cross-store:tmall --statement "reviews of books"')
    .action(act(submit));
  application
    .command('appeal')
    .description('appeal against a rejection, before its deadline')
    .argument('<application>', 'the id of the rejected application')
    .requiredOption('--statement <text>', 'why it should be decided otherwise')
    .option('--as-of <moment>', 'when; without, now')
    .addHelpText('after', '\nExample:\n  cps application appeal A-603-api-20131207100000 --statement "the site is new"')
    .action(act(appeal));
  for (const [decision, does] of [
    ['approve', 'approve an application: the permission is granted, whatever the score, until a person revokes it'],
    ['reject', 'reject an application'],
  ] as const) {
    application
      .command(decision)
      .description(does)
      .argument('<application>', 'the id of the application or appeal')
      .requiredOption('--by <name>', 'who decides')
      .requiredOption('--reason <text>', 'why')
      .option('--as-of <moment>', 'when; without, now')
      .addHelpText(
        'after',
        `\nExample:\n  cps application ${decision} A-603-api-20131207100000 --by Chen --reason "looked at"`,
      )
      .action(
        act((world: World, common: Common, id: string, options: DecideOptions) =>
          decide(world, common, id, decision, options),
        ),
      );
  }
  application.command('list').description('the applications that wait for a decision').action(act(list));
}

async function submit(
  world: World,
  common: Common,
  site: string,
  permission: string,
  options: SubmitOptions,
): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    return apply(
      world,
      common,
      { session, book },
      { site, permission, at, statement: options.statement, against: null },
    );
  });
}

async function appeal(world: World, common: Common, id: string, options: SubmitOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const { site_id: site, permission } = await known(session, id);
    return apply(world, common, { session, book }, { site, permission, at, statement: options.statement, against: id });
  });
}

async function apply(
  world: World,
  common: Common,
  { session, book }: { session: Session; book: Book },
  order: ApplicationOrder,
): Promise<Outcome> {
  const { site, permission, against } = order;
  const { id, appliedAt, row } = newApplication(book.calendar, order);
  await deliverRows(session, 'cps application', [row]);
  const document = { application: id, site, permission, appliedAt, appealOf: against };
  answer(world, common, document, () => {
    const what = against === null ? `applies for ${permission}` : `appeals against the rejection of ${against}`;
    return `Site ${site} ${what}: application ${id}.\nIt waits for a person: cps application approve or reject ${id}.\n`;
  });
  return DONE;
}

async function known(session: Session, id: string): Promise<KnownApplication> {
  const found = (await applicationsUnder(session, [id])).get(id);
  if (found === undefined)
    throw new Refusal(`application ${id} is not known: cps application list shows those that wait`);
  return found;
}

async function decide(
  world: World,
  common: Common,
  id: string,
  decision: 'approve' | 'reject',
  options: DecideOptions,
): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const applied = await known(session, id);
    const { by, reason } = options;
    const row = applicationAnswer({ application: id, decision, at, by, reason });
    await deliverRows(session, `cps application ${decision}`, [row]);
    const format = (instant: Instant): string => book.calendar.format(instant);
    const until = applied.appeal_of === null ? appealDeadline(at, await deskPolicy(session, book)) : null;
    const appealUntil = decision === 'reject' && until !== null ? format(until) : null;
    const { site_id: site, permission } = applied;
    answer(world, common, { application: id, decision, site, permission, at: format(at), by, appealUntil }, () => {
      if (decision === 'approve')
        return `Site ${site} holds ${permission} from ${format(at)} on, until a person revokes it.\n${seenFrom(book)}\n`;
      const end =
        appealUntil === null
          ? 'It was an appeal: this is the last word.'
          : `It can be appealed against until ${appealUntil}.`;
      return `Application ${id} of site ${site} for ${permission} is rejected. ${end}\n`;
    });
    return DONE;
  });
}

async function list(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const policy = await deskPolicy(session, book);
    const waiting = (await applicationsWaiting(session)).map((one) => applicationView(one, world.now(), policy));
    answer(world, common, { applications: waiting.map((one) => applicationDocument(one, book)) }, () =>
      waiting.length === 0 ? 'No application waits.\n' : applicationsText(waiting, book),
    );
    return DONE;
  });
}
