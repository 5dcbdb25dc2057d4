/**
 * `cps site`: files or amends a site, records whether it was verified, withdraws it, each as a delivery of its own. What a
 * person decides about it is in site-decisions.ts.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { type Instant, isoOf } from '../../core/calendar.ts';
import { codeOrText } from '../../core/error-code.ts';
import { isPartyId } from '../../core/ids.ts';
import type { Filing } from '../../core/promotion/review/check.ts';
import { deliverRows, type TypedRow } from '../../ingest/deliver/rows.ts';
import type { Session } from '../../store/connection/session.ts';
import { type SiteToReview, sitesToReview } from '../../store/registry/review.ts';
import { withdrawalsOf } from '../../store/registry/switches.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { UsageError } from '../errors.ts';
import { refuseWithdrawn, seenFrom } from '../seen-from.ts';
import { addDecisions } from './site-decisions.ts';

export function registerSite(program: Command, act: Act): void {
  const site = program.command('site').description('file, verify, judge or withdraw a site, or switch a permission');
  site
    .command('file')
    .description('file a site, or amend its filing: what is not given stays as it was')
    .argument('<site>', 'the id of the site')
    .option('--publisher <id>', 'whose it is; for a new site')
    .option('--kind <kind>', 'website, app, guide or software; for a new site')
    .option('--name <name>')
    .option('--domain <domain>')
    .option('--icp <number>', 'its ICP number')
    .option('--categories <names>', 'separated by semicolons')
    .option('--description <text>')
    .option('--daily-visitors <n>')
    .option('--evidence <file...>', 'files whose SHA-256 is kept; they stay where they are')
    .option('--as-of <moment>', 'when it was filed; without, now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps site file 602 --publisher 2002 --kind website --name "Lin\'s notes" --domain lin.example\n  cps site file 602 --icp 沪ICP备13000001号 --categories "clothes;tea" --daily-visitors 900 --evidence licence.jpg',
    )
    .action(act(file));
  site
    .command('verify')
    .description("record whether the site was found to be its publisher's")
    .argument('<site>', 'the id of the site')
    .requiredOption('--by <name>', 'who or what found it out')
    .requiredOption('--how <text>', 'how')
    .option('--not', 'it was found not to be')
    .option('--as-of <moment>', 'when; without, now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps site verify 602 --by Chen --how "a file on the site"\n  cps site verify 603 --not --by Chen --how "the file was not there"',
    )
    .action(act(verify));
  site
    .command('withdraw')
    .description('withdraw a site for good: from then on none of its PIDs earns')
    .argument('<site>', 'the id of the site')
    .requiredOption('--by <name>', 'who withdraws it')
    .requiredOption('--reason <text>', 'why')
    .option('--as-of <moment>', 'from when; without, now')
    .addHelpText('after', '\nExample:\n  cps site withdraw 603 --by "Q. Wang" --reason "closed down"')
    .action(act(withdraw));
  addDecisions(site, act);
}

interface FileOptions {
  readonly publisher?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly domain?: string;
  readonly icp?: string;
  readonly categories?: string;
  readonly description?: string;
  readonly dailyVisitors?: string;
  readonly evidence?: readonly string[];
  readonly asOf?: string;
}

async function file(world: World, common: Common, site: string, options: FileOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const known = await knownSite(session, site);
    refuseWithdrawn(site, (await withdrawalsOf(session, [site], {})).get(site), book);
    const rows = [siteRow(site, known, at, options), await filingRow(site, known?.filed.filing ?? null, at, options)];
    await deliverRows(session, 'cps site file', rows);
    const verb = known === undefined ? 'filed' : 'amended';
    answer(world, common, { site, [verb]: book.calendar.format(at) }, () => {
      const next = 'cps review shows what it comes to, cps review --apply records it';
      return `Site ${site} is ${verb} as of ${book.calendar.format(at)}. It waits for a review: ${next}.\n`;
    });
    return DONE;
  });
}

/** The site in its latest version with its latest filing; undefined where it was never filed. */
async function knownSite(session: Session, site: string): Promise<SiteToReview | undefined> {
  if (!isPartyId(site)) throw new UsageError(`${site} is no id of a site: 1 to 24 letters, digits or hyphens`);
  const lastInstant = Date.UTC(2099, 11, 31);
  let found: SiteToReview | undefined;
  for await (const batch of sitesToReview(session, lastInstant, site)) found = batch[0];
  return found;
}

function siteRow(site: string, known: SiteToReview | undefined, at: Instant, options: FileOptions): TypedRow {
  const filed = known?.filed;
  const publisher = options.publisher ?? filed?.publisherId;
  const kind = options.kind ?? filed?.kind;
  if (publisher === undefined || kind === undefined) {
    throw new UsageError(`site ${site} was not filed before: say --publisher and --kind`);
  }
  const cells = {
    site_id: site,
    publisher_id: publisher,
    kind,
    name: options.name ?? filed?.name ?? '',
    domain: options.domain ?? filed?.domain ?? '',
    filed_at: isoOf(filed?.firstFiledAt ?? at),
  };
  return { feed: 'sites', cells };
}

async function filingRow(site: string, before: Filing | null, at: Instant, options: FileOptions): Promise<TypedRow> {
  const evidence = options.evidence === undefined ? before?.evidence : await Promise.all(options.evidence.map(hashOf));
  const cells = {
    site_id: site,
    filed_at: isoOf(at),
    icp_number: options.icp ?? before?.icpNumber ?? '',
    categories: options.categories ?? before?.categories.join(';') ?? '',
    description: options.description ?? before?.description ?? '',
    daily_visitors: options.dailyVisitors ?? String(before?.dailyVisitors ?? ''),
    evidence: (evidence ?? []).join(';'),
  };
  return { feed: 'filings', cells };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    const code = codeOrText(error);
    throw new UsageError(`the evidence ${path} cannot be read (${code}): give the path of a file`);
  }
  return hash.digest('hex');
}

interface VerifyOptions {
  readonly by: string;
  readonly how: string;
  readonly not?: true;
  readonly asOf?: string;
}

async function verify(world: World, common: Common, site: string, options: VerifyOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const verified = options.not === true ? 'no' : 'yes';
    const cells = { site_id: site, verified, at: isoOf(at), how: options.how, verified_by: options.by };
    await deliverRows(session, 'cps site verify', [{ feed: 'ownership', cells }]);
    const when = book.calendar.format(at);
    answer(world, common, { site, verified: verified === 'yes', at: when, by: options.by }, () => {
      const what = verified === 'yes' ? "verified to be its publisher's" : "found not to be its publisher's";
      return `Site ${site} is ${what} as of ${when}. The next review counts it.\n`;
    });
    return DONE;
  });
}

async function withdraw(
  world: World,
  common: Common,
  site: string,
  options: { readonly by: string; readonly reason: string; readonly asOf?: string },
): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const cells = { site_id: site, withdrawn_at: isoOf(at), withdrawn_by: options.by, reason: options.reason };
    await deliverRows(session, 'cps site withdraw', [{ feed: 'withdrawals', cells }]);
    const when = book.calendar.format(at);
    answer(world, common, { site, withdrawnAt: when, by: options.by }, () => {
      return `Site ${site} is withdrawn as of ${when}: a click from then on earns nothing, a click before it as it would have.\n${seenFrom(book)}\n`;
    });
    return DONE;
  });
}
