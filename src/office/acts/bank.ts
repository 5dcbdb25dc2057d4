/** What finance says of breaks between the bank and the ledger, and that a payment file was not sent. */
import { Type } from 'typebox';
import { isoOf } from '../../core/calendar.ts';
import { formatMoney } from '../../core/money.ts';
import { Refusal } from '../../core/refusal.ts';
import { CaseId, OtherId } from '../../formats/shapes.ts';
import { paymentFiles } from '../../store/bank/payments.ts';
import { bankReconciled } from '../bank.ts';
import { act, rowsOf } from './act.ts';
import { choice, id, name, optional, reason } from './field.ts';

const BREAK = {
  words: 'break',
  does: 'assign a break to somebody, comment on it, or resolve it with a reason',
  arguments: ['break'],
  by: 'who says it',
  at: ['--at', 'when it was said, if not now'],
  otherwise: 'say --owner, --comment, or --resolve with a --reason',
} as const;

export const noteBreak = act({
  name: 'note-break',
  right: 'note-breaks',
  summary: 'say whose a break is, what is known of it, or that it is resolved',
  notes: '`owner` with the step assign, `reason` with the other two.',
  fields: {
    break: id(CaseId, { label: ['差异', 'Break'], help: 'as cps reconcile names it' }),
    step: choice(['assign', 'comment', 'resolve'], 'break', { label: ['动作', 'Step'], help: 'what is said of it' }),
    owner: optional(name({ label: ['负责人', 'Owner'], help: 'whose it is from now on' })),
    reason: optional(reason({ label: ['说明', 'What is said'], help: 'what is known of it, or why it is resolved' })),
  },
  feeds: ['break-notes'],
  commands: [
    {
      ...BREAK,
      fixed: { step: 'assign', reason: null },
      when: 'owner',
      examples: 'cps break late-1f2e3d4c5b6a --owner Wu --as Chen',
    },
    {
      ...BREAK,
      fixed: { step: 'comment', owner: null },
      named: { reason: 'comment' },
      when: 'comment',
      examples: 'cps break late-1f2e3d4c5b6a --comment "asked the bank" --as Chen',
    },
    {
      ...BREAK,
      fixed: { owner: null },
      flags: {
        resolve: {
          help: 'accept it as explained; it stays in the sums, as the bank and the ledger still differ',
          sets: { step: 'resolve' },
        },
      },
      when: 'resolve',
      examples: 'cps break late-1f2e3d4c5b6a --resolve --as Wu --reason "booked on the 22nd"',
    },
  ],
  route: '/v1/breaks/:break/notes',
  answer: Type.Object({
    break: CaseId,
    kind: Type.String(),
    step: Type.String(),
    owner: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    by: Type.String(),
  }),
  send: ['登记', 'Record it'],
  done: { said: ['已登记。', 'It is recorded.'] },
  decide: async ({ session, book, by, at }, { break: of, step, owner, reason: why }) => {
    const words = why?.trim() ?? '';
    const isWhole = step === 'assign' ? owner !== null && why === null : words !== '' && owner === null;
    if (!isWhole) return new Refusal(BREAK.otherwise);
    const reconciled = await bankReconciled(session, book, book.lastRunDay ?? '');
    const found = reconciled.breaks.find((one) => one.id === of);
    if (found === undefined)
      return new Refusal(`there is no break ${of} at the end of ${reconciled.through}: see cps reconcile`, 'not-there');
    if (found.resolved !== null) return new Refusal(`break ${of} was resolved by ${found.resolved.by}`);
    const said: { readonly reason?: string; readonly owner?: string } = owner === null ? { reason: words } : { owner };
    const effect = step === 'resolve' ? { effect: formatMoney(found.effect, book.digits) } : {};
    const row = { break_id: of, step, at: isoOf(at), by, ...said, ...effect };
    const answer = { break: of, kind: found.kind, step, ...said, by };
    return { parts: rowsOf('break-notes', row), subject: of, detail: { step }, answer };
  },
  text: ({ break: of, step, owner }) => {
    const done = step === 'assign' ? `is ${owner}'s` : step === 'resolve' ? 'is resolved' : 'has a comment';
    return `Break ${of} ${done}.\n`;
  },
});

export const cancelPaymentFile = act({
  name: 'cancel-payment-file',
  right: 'write-payments',
  summary: 'declare that a payment file was not sent: what is in it may be paid by another',
  fields: {
    file: id(OtherId, { label: ['付款文件', 'Payment file'], help: 'its id, as cps pay list shows it' }),
    reason: reason({ label: ['为何没有发送', 'Why it was not sent'], help: 'why it was not sent' }),
  },
  feeds: ['payment-files'],
  commands: [
    {
      words: 'pay cancel',
      does: 'declare that a file was not sent: what is in it may be paid by another',
      arguments: ['file'],
      by: 'who says so',
      at: ['--at', 'when it was said, if not now'],
      examples: 'cps pay cancel F-20140121-0001 --as Chen --reason "the bank refused the upload"',
    },
  ],
  route: '/v1/payment-files/:file/cancellation',
  answer: Type.Object({ file: OtherId, cancelled: Type.Boolean() }),
  send: ['取消文件', 'Cancel the file'],
  done: { cancel: ['文件已取消，其中各笔重新等待发送。', 'The file is cancelled: what is in it waits again.'] },
  decide: async ({ session, by, at }, { file, reason: why }) => {
    const [known] = await paymentFiles(session, file);
    if (known === undefined) return new Refusal(`there is no payment file ${file}: see cps pay list`, 'not-there');
    const row = { file_id: file, step: 'cancel', at: isoOf(at), by, reason: why.trim() };
    return { parts: rowsOf('payment-files', row), subject: file, answer: { file, cancelled: true } };
  },
  text: ({ file }) => `${file} is cancelled: what is in it waits again.\n`,
});
