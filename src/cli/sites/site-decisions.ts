/** `cps site approve|reject|amend` and `grant|revoke`: what a person decides about a site, against or beside the score. */
import type { Command } from 'commander';
import { decideSite } from '../../office/site-decisions.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { seenFrom } from '../seen-from.ts';

interface DecisionOptions {
  readonly by: string;
  readonly reason: string;
  readonly asOf?: string;
}

const STATES = [
  ['approve', 'approved', 'approve a site: from then on it may earn'],
  ['reject', 'rejected', 'reject a site: it earns nothing until a person approves it'],
  ['amend', 'amend', 'ask for the filing to be amended: it earns nothing until a review or a person approves it'],
] as const;
const SWITCHES = [
  ['grant', 'grant a permission; a review that finds the site short of it gives notice all the same'],
  ['revoke', 'revoke a permission: no review gives it back, only a person'],
] as const;

/** Adds the decisions to `cps site`. */
export function addDecisions(site: Command, act: Act): void {
  const decision = (command: Command): Command =>
    command
      .requiredOption('--by <name>', 'who decides')
      .requiredOption('--reason <text>', 'why')
      .option('--as-of <moment>', 'from when; without, now');
  for (const [verb, status, does] of STATES) {
    decision(site.command(verb).description(does).argument('<site>', 'the id of the site'))
      .addHelpText('after', `\nExample:\n  cps site ${verb} 602 --by Chen --reason "looked at"`)
      .action(
        act((world: World, common: Common, id: string, options: DecisionOptions) =>
          judge(world, common, { site: id, status }, options),
        ),
      );
  }
  for (const [action, does] of SWITCHES) {
    decision(site.command(action).description(does).argument('<site>', 'the id of the site'))
      .argument('<permission>', 'cross-store:tmall, cross-store:taobao, site-wide:tmall, api or taodianjin')
      .addHelpText('after', `\nExample:\n  cps site ${action} 602 api --by Chen --reason "looked at"`)
      .action(
        act((world: World, common: Common, id: string, permission: string, options: DecisionOptions) =>
          turn(world, common, { site: id, permission, action }, options),
        ),
      );
  }
}

/** A state with the score the site has: a person judges the site, not its points. */
async function judge(
  world: World,
  common: Common,
  { site, status }: { site: string; status: string },
  options: DecisionOptions,
): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const { by, reason } = options;
    await decideSite(session, book, `cps site ${status}`, { site, by, at, reason, decides: { status } });
    const when = book.calendar.format(at);
    answer(world, common, { site, status, at: when, by, reason }, () => {
      const is = status === 'amend' ? 'to be amended' : status;
      return `Site ${site} is ${is} from ${when} on.\n${seenFrom(book)}\n`;
    });
    return DONE;
  });
}

async function turn(
  world: World,
  common: Common,
  { site, permission, action }: { site: string; permission: string; action: 'grant' | 'revoke' },
  options: DecisionOptions,
): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const { by, reason } = options;
    await decideSite(session, book, `cps site ${action}`, { site, by, at, reason, decides: { permission, action } });
    const when = book.calendar.format(at);
    answer(world, common, { site, permission, action, at: when, by, reason }, () => {
      const holds = action === 'grant' ? 'holds' : 'no longer holds';
      return `Site ${site} ${holds} ${permission} from ${when} on.\n${seenFrom(book)}\n`;
    });
    return DONE;
  });
}
