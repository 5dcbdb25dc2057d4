/** `cps audit`: who decided what and signed in, the newest first; of everybody, or of one person under whatever spelling. */
import type { Command } from 'commander';
import { table } from '../../formats/files/table.ts';
import { auditBefore, deedsBefore } from '../../store/people/audit.ts';
import { personNamed } from '../../store/people/persons.ts';
import { countOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { personOption } from '../person.ts';

interface Options {
  readonly person?: string;
  readonly before?: number;
  readonly last: number;
}

export function registerAudit(program: Command, act: Act): void {
  program
    .command('audit')
    .description('who decided what, delivered and signed in, the newest first')
    .option('--person <name>', 'what one person did, by whatever door', personOption)
    .option('--before <number>', 'entries before this one', countOption(1, 999_999_999))
    .option('--last <n>', 'how many at most', countOption(1, 100_000), 50)
    .addHelpText('after', '\nExamples:\n  cps audit\n  cps audit --person "Chen Wei" --last 200 --json')
    .action(act(audit));
}

async function audit(world: World, common: Common, { person, before, last }: Options): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const from = before === undefined ? null : BigInt(before);
    const known = person === undefined ? undefined : await personNamed(session, person);
    const entries =
      person === undefined
        ? await auditBefore(session, from, last)
        : await deedsBefore(session, { name: person, personId: known?.personId ?? null }, from, last);
    const shown = entries.map((entry) => {
      const {
        audit_id: number,
        at,
        name,
        role,
        party_id: party,
        key_id: key,
        issuer,
        identity,
        action,
        subject,
      } = entry;
      const detail = JSON.parse(entry.detail) as Readonly<Record<string, unknown>>;
      const who = { name, role, party, key, issuer, identity };
      return { number: Number(number), at: book.calendar.format(at), ...who, action, subject, detail };
    });
    answer(world, common, { entries: shown }, () => {
      if (shown.length === 0) return 'Nothing is on record.\n';
      const columns = ['no', 'at', 'who', 'as', 'door', 'did', 'to'].map((title) => ({ title }));
      const rows = shown.map((one) => {
        const { number, at, name, role, detail, action, subject } = one;
        return [String(number), at, name, role, String(detail['door'] ?? ''), action, subject.slice(0, 60)];
      });
      return table(columns, rows);
    });
    return DONE;
  });
}
