/** `cps person`: the people who may come in. What changes their accounts are acts (src/office/acts/people.ts, ways-in.ts); here is the list. */
import type { Command } from 'commander';
import { table } from '../../formats/files/table.ts';
import { lastReset, persons, signInRule } from '../../store/people/persons.ts';
import { addActs } from '../acts.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

export function registerPerson(program: Command, act: Act): void {
  const person = addActs(program, act, 'person', 'who may come in: invite, change, suspend, restore, reset, list');
  person.command('list').description('everybody: what they may, and how far their account is').action(act(list));
}

async function list(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session }) => {
    const rule = await signInRule(session);
    const all = await persons(session);
    const resets = new Map<string, string>();
    for (const { personId } of all) {
      const reset = await lastReset(session, personId);
      if (reset !== undefined && reset.approvedBy === null) resets.set(personId, reset.proposedBy);
    }
    const people = all.map(({ personId: id, name, address, roles, party, scopes, state }) => {
      return { id, name, address, roles, party, scopes, state, resetProposedBy: resets.get(id) ?? null };
    });
    const signIn = rule === undefined ? null : { url: rule.url, staffNeedPasskey: rule.needsPasskey };
    answer(world, common, { signIn, people }, () => {
      const how =
        rule === undefined
          ? 'Nobody can sign in yet: cps person rules says where the pages are.\n'
          : `The pages are at ${rule.url}; staff ${rule.needsPasskey ? 'need a passkey' : 'need no passkey'}.\n`;
      if (all.length === 0) return `${how}There is nobody yet: cps person invite lets the first administrator in.\n`;
      const columns = ['name', 'address', 'roles', 'party', 'rights', 'state'].map((title) => ({ title }));
      const rows = people.map((one) => {
        const reset = one.resetProposedBy === null ? '' : `, reset proposed by ${one.resetProposedBy}`;
        const rights = one.scopes === null ? 'all' : one.scopes.join(', ');
        return [one.name, one.address, one.roles.join(', '), one.party ?? '', rights, `${one.state}${reset}`];
      });
      return `${how}\n${table(columns, rows)}`;
    });
    return DONE;
  });
}
