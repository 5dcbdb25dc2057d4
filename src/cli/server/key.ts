/** `cps key create|list|revoke`: the keys with which programs use the API. A key is shown once and kept as a hash. */
import { type Command, Option } from 'commander';
import { isRight, RIGHTS, type Right, ROLES, type Role, roleFault, roleMay } from '../../core/access.ts';
import { isPartyId } from '../../core/ids.ts';
import { Refusal } from '../../core/refusal.ts';
import { table } from '../../formats/files/table.ts';
import type { Session } from '../../store/connection/session.ts';
import { isPublisher, isSeller } from '../../store/month/lines.ts';
import type { Book } from '../../store/night/book.ts';
import { createKey, keys, revokeKey, type StoredKey } from '../../store/people/access.ts';
import { countOption, Expected } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { commandDoor, personActing, personOption } from '../person.ts';

interface CreateOptions {
  readonly role: Role;
  readonly name: string;
  readonly party?: string;
  readonly scope?: readonly Right[];
  readonly days: number;
}

export function registerKey(program: Command, act: Act): void {
  const key = program.command('key').description('the keys that programs come to the API with');
  key
    .command('create')
    .description('make a key; it is shown once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--name <text>', 'who or what uses it', personOption)
    .option('--party <id>', 'of a seller or publisher: whose it is')
    .option(
      '--scope <rights>',
      `narrowed to rights, apart by commas, of: ${Object.keys(RIGHTS).join(', ')}`,
      scopeOption,
    )
    .option('--days <n>', 'days until it ends', countOption(1, 3660), 365)
    .addHelpText(
      'after',
      '\nExamples:\n  cps key create --role operator --name "night feeds" --scope deliver --days 90\n' +
        '  cps key create --role publisher --party 1010 --name "Lin\'s accountant"',
    )
    .action(act(create));
  key.command('list').description('every key: whose, for what, until when').action(act(list));
  key
    .command('revoke')
    .description('end a key at once')
    .argument('<id>', 'as cps key list names it')
    .addHelpText('after', '\nExample:\n  cps key revoke 3f2a9c0b1d4e')
    .action(act(revoke));
}

function scopeOption(text: string): readonly Right[] {
  const rights = text.split(',').map((one) => one.trim());
  const wrong = rights.find((one) => !isRight(one));
  if (wrong !== undefined)
    throw new Expected(`rights, separated by commas, each one of ${Object.keys(RIGHTS).join(', ')}`);
  return rights.filter(isRight);
}

const DAY = 86_400_000;

async function create(world: World, common: Common, options: CreateOptions): Promise<Outcome> {
  const { role, name, party = null, scope = null } = options;
  const by = personActing(world, common);
  const fault = roleFault(role, party);
  if (fault !== undefined) throw new Refusal(`${fault} (--party)`);
  const beyond = scope?.find((right) => !roleMay(role, right));
  if (beyond !== undefined) throw new Refusal(`the role ${role} has no right ${beyond}: leave it out of --scope`);
  return withBook(world, common, async ({ session, book }) => {
    if (party !== null) await refuseUnknownParty(session, role, party);
    const at = world.now();
    const expiresAt = at + options.days * DAY;
    const { who } = commandDoor(world, 'key create', by, at);
    const whose = { role, name, party, scopes: scope };
    const { id, text } = await createKey(session, { ...whose, createdAt: at, createdBy: by, by: who, expiresAt });
    const until = book.calendar.format(expiresAt);
    answer(world, common, { id, key: text, role, party, name, scopes: scope, expiresAt: until }, () => {
      const whose = party === null ? role : `${role} ${party}`;
      return `Key ${id} of ${name}, ${whose}, until ${until}. It is not shown again:\n${text}\n`;
    });
    return DONE;
  });
}

async function refuseUnknownParty(session: Session, role: Role, party: string): Promise<void> {
  const isKnown = isPartyId(party) && (await (role === 'publisher' ? isPublisher : isSeller)(session, party));
  if (!isKnown) throw new Refusal(`${role} ${party} is not known: deliver it first`);
}

async function list(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const all = await keys(session);
    answer(world, common, { keys: all.map((one) => keyDocument(one, book)) }, () => listText(all, world, book));
    return DONE;
  });
}

function keyDocument(one: StoredKey, { calendar }: Book): Record<string, unknown> {
  const at = (moment: number | null): string | null => (moment === null ? null : calendar.format(moment));
  const { key: id, name, role, party, scopes, createdBy, revokedBy, owner } = one;
  const times = { createdAt: at(one.createdAt), expiresAt: at(one.expiresAt), revokedAt: at(one.revokedAt) };
  return { id, name, role, party, scopes, owner, createdBy, ...times, revokedBy, usedAt: at(one.usedAt) };
}

function listText(all: readonly StoredKey[], world: World, { calendar }: Book): string {
  if (all.length === 0) return 'There is no key: cps key create makes one.\n';
  const columns = ['key', 'name', 'role', 'party', 'rights', 'state', 'last used'].map((title) => ({ title }));
  const stateOf = ({ revokedAt, revokedBy, expiresAt }: StoredKey): string => {
    if (revokedAt !== null) return `revoked ${calendar.format(revokedAt)} by ${revokedBy}`;
    if (expiresAt === null) return 'without end';
    return `${expiresAt <= world.now() ? 'ended' : 'until'} ${calendar.format(expiresAt)}`;
  };
  const rows = all.map((one) => [
    one.key,
    one.name,
    one.role,
    one.party ?? '',
    one.scopes === null ? 'all of its role' : one.scopes.join(', '),
    stateOf(one),
    one.usedAt === null ? 'never' : calendar.format(one.usedAt),
  ]);
  return table(columns, rows);
}

async function revoke(world: World, common: Common, id: string): Promise<Outcome> {
  const by = personActing(world, common);
  return withBook(world, common, async ({ session }) => {
    const { who } = commandDoor(world, 'key revoke', by, world.now());
    const isDone = await revokeKey(session, id, by, world.now(), who);
    if (!isDone) throw new Refusal(`there is no key ${id} that still holds: see cps key list`);
    answer(world, common, { revoked: id }, () => `Key ${id} is revoked.\n`);
    return DONE;
  });
}
