/** What ends a refused row without another: a person says that nothing comes of it, and why. */
import { Type } from 'typebox';
import { Refusal } from '../../core/refusal.ts';
import { dismissRefusal } from '../../store/intake/deliveries.ts';
import { refusalNamed } from '../../store/intake/deliveries-shown.ts';
import { act } from './act.ts';
import { id, reason } from './field.ts';

const RejectNumber = Type.String({ pattern: '^[0-9]{1,18}$', description: 'The number of a refused row.' });

export const dismissReject = act({
  name: 'dismiss-reject',
  right: 'deliver',
  summary: 'dismiss a refused row of which nothing comes: it is counted among the open ones no more',
  fields: {
    reject: id(RejectNumber, { label: ['被拒的行', 'Refused row'], help: 'its number, as cps rejects lists it' }),
    reason: reason({ help: 'why nothing comes of it' }),
  },
  feeds: [],
  commands: [
    {
      words: 'rejects dismiss',
      does: 'dismiss a refused row of which nothing comes',
      arguments: ['reject'],
      by: 'who dismisses it',
      at: ['--at', 'when, if not now'],
      examples: 'cps rejects dismiss 12 --reason "a test of the shop\'s system" --by Chen',
    },
  ],
  route: '/v1/rejects/:reject/dismissal',
  answer: Type.Object({ reject: Type.Integer(), feed: Type.String(), line: Type.Integer() }),
  send: ['不再处理', 'Dismiss'],
  done: { dismissed: ['已标为不再处理。', 'It is dismissed.'] },
  decide: async ({ session, by, at }, { reject, reason: why }) => {
    const number = /^[0-9]{1,18}$/.test(reject) ? BigInt(reject) : null;
    const row = number === null ? undefined : await refusalNamed(session, number);
    if (row === undefined || number === null)
      return new Refusal(`there is no refused row ${reject}: cps rejects lists them with their numbers`, 'not-there');
    if (!(await dismissRefusal(session, number, { by, at, why }))) {
      const how = row.mended_by === null ? `dismissed by ${row.dismissed_by}` : 'mended by a later delivery';
      return new Refusal(`refused row ${reject} was ${how} already`);
    }
    const { feed } = row;
    const answer = { reject: Number(number), feed, line: Number(row.line) };
    return { parts: [], subject: reject, detail: { feed }, answer };
  },
  text: ({ reject, feed, line }) => `Dismissed refused row ${reject}: line ${line} of ${feed}.\n`,
});
