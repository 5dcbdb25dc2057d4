/** A book's status as a story and as a document: days, what waits, what is held and due, how old it is. It counts nothing. */
import type { Day, Instant } from '../core/calendar.ts';
import { formatMoney, type Money } from '../core/money.ts';
import type { NoticeLetters } from '../core/promotion/notices.ts';
import type { Showing } from './files/lines.ts';
import { lettersTold, unheard } from './letters.ts';
import {
  type Fact,
  fact,
  facts,
  type Inline,
  instant,
  keyFact,
  link,
  note,
  type Section,
  type Story,
  tableOf,
} from './story/story.ts';
import type { Speech } from './words/index.ts';

interface Amount {
  readonly count: number;
  readonly amount: Money;
}
/** All of it, and of that what is older than 15, 30 and 60 days. */
type Ageing = readonly [Amount, Amount, Amount, Amount];

interface PolicyName {
  readonly version: number;
  readonly name: string;
  readonly from: Day | null;
}

/** One that works on nights now: a thread of a run, or a program that joined. */
interface Worker {
  readonly program: 'run' | 'work';
  /** The machine and the process there. */
  readonly place: string;
  readonly joinedAt: Instant;
  /** When its last batch was written. */
  readonly seenAt: Instant;
  /** Lines and facts since it joined. */
  readonly done: bigint;
  readonly partitions: readonly number[];
}

/** What a book's status tells. */
export interface BookStatus {
  readonly lastRunDay: Day | null;
  readonly firstOpenDay: Day | null;
  readonly lastDueDay: Day | null;
  /** A day that was opened and not completed. */
  readonly openDay: Day | null;
  /** Whether a run is going now. */
  readonly running: boolean;
  readonly workers: readonly Worker[];
  /** Those of notices that have not ended by the first open day; null where no day is known. */
  readonly letters: NoticeLetters | null;
  readonly policy: PolicyName;
  readonly nextPolicy: PolicyName | null;
  readonly parked: readonly { readonly feed: string; readonly count: number }[];
  readonly rejected: number;
  readonly conflict: number;
  /** What sellers owe after the last day run, and what refunds left them owed. */
  readonly due: { readonly owed: Amount; readonly owing: Amount };
  readonly unsettled: Ageing;
  readonly held: Ageing;
  readonly clearing: Ageing;
  readonly deductions: Ageing;
  readonly payouts: Ageing;
}

const WAITING = ['unsettled', 'held', 'clearing', 'deductions', 'payouts'] as const;
/** Days before the first open day, past which what waits is counted apart. */
const AGES = [15, 30, 60] as const;

/** How the book stands: how far it is, what was refused and waits, who owes, the policy, and what waits by its age. */
export function statusStory(status: BookStatus, speech: Speech, { currency, calendar }: Showing): Story {
  const { t } = speech;
  const { openDay, running, firstOpenDay, letters } = status;
  const told = letters === null ? '' : lettersTold(unheard(letters), speech);
  const notes = [
    ...(openDay !== null && !running ? [note(t('night-goes-on', { day: openDay }), 'bad')] : []),
    ...(firstOpenDay === null ? [note(t('status-empty'), 'none')] : []),
    ...(told === '' ? [] : [note(t('letters-unheard', { told }), 'bad')]),
  ];
  const about: Fact[] = [
    fact(t('first-open-day'), firstOpenDay ?? t('none-yet')),
    fact(t('last-day-due'), status.lastDueDay ?? t('none-yet')),
    fact(t('policy-in-force'), policyName(status.policy, speech)),
    ...(status.nextPolicy === null ? [] : [fact(t('policy-next'), policyName(status.nextPolicy, speech))]),
    fact(t('amounts'), t('amounts-in', { currency, zone: calendar.zone })),
  ];
  return {
    title: t('status-title'),
    blocks: [...notes, facts([...keyFacts(status, speech), ...about])],
    sections: [
      ...(status.workers.length === 0 ? [] : [workersSection(status.workers, speech)]),
      ...(firstOpenDay === null ? [] : [waitingSection(status, speech)]),
    ],
  };
}

function keyFacts(status: BookStatus, { t, word }: Speech): Fact[] {
  const { openDay, running, due, parked, rejected, conflict } = status;
  const night =
    openDay === null
      ? t(running ? 'night-running' : 'night-none-open')
      : t(running ? 'night-running-on' : 'night-unfinished', { day: openDay });
  const rows = (to: 'rejects' | 'parked', count: number): Inline => (count === 0 ? '0' : link(to, String(count)));
  const owed = ({ count, amount: of }: Amount) =>
    ({ value: of, beside: t('owed-told', { count }), key: true }) as const;
  return [
    keyFact(t('last-day-run'), status.lastRunDay ?? t('none-yet'), night),
    keyFact(
      t('refused-rows'),
      rows('rejects', rejected + conflict),
      rejected + conflict === 0 ? '' : t('refused-told', { rejected, conflict }),
    ),
    keyFact(
      t('parked-rows'),
      rows('parked', parkedCount(status)),
      parked.map(({ feed, count }) => `${count} ${word(`feed-${feed}`)}`).join(', '),
    ),
    { label: t('owed-by-sellers'), ...owed(due.owed) },
    { label: t('owed-to-sellers'), ...owed(due.owing) },
  ];
}

const parkedCount = ({ parked }: BookStatus): number => parked.reduce((sum, { count }) => sum + count, 0);

/** A policy by its version and name, and since when it holds. */
export function policyName({ version, name, from }: PolicyName, { t }: Speech): string {
  return from === null ? t('policy-of', { version, name }) : t('policy-from', { version, name, day: from });
}

function workersSection(workers: readonly Worker[], { t }: Speech): Section {
  return {
    title: t('workers-title'),
    blocks: [
      tableOf(workers, [
        { label: t('worker-place'), kind: 'text', fold: 'head', cell: ({ place }) => place },
        { label: t('worker-program'), kind: 'word', cell: ({ program }) => t(`worker-${program}`) },
        { label: t('worker-partitions'), kind: 'text', cell: ({ partitions }) => partitions.join(', ') },
        { label: t('worker-done'), kind: 'count', cell: ({ done }) => Number(done) },
        { label: t('worker-seen'), kind: 'day', cell: ({ seenAt }) => instant(seenAt) },
      ]),
    ],
  };
}

function waitingSection(status: BookStatus, { t }: Speech): Section {
  type Kind = (typeof WAITING)[number];
  const shown = WAITING.filter((kind) => kind !== 'clearing' || status.clearing[0].count > 0);
  const cell = (at: 0 | 1 | 2 | 3) => ({
    kind: 'amount' as const,
    cell: (kind: Kind): Inline => (status[kind][at].count === 0 ? '' : status[kind][at].amount),
  });
  const ages = AGES.flatMap((days, at) => [
    { label: t('waits-over', { days }), ...cell((at + 1) as 1 | 2 | 3) },
    {
      label: t('waits-all'),
      kind: 'count' as const,
      more: true as const,
      cell: (kind: Kind) => status[kind][(at + 1) as 1 | 2 | 3].count,
    },
  ]);
  return {
    title: t('waits-title'),
    blocks: [
      tableOf(shown, [
        { label: t('waits-what'), kind: 'text', fold: 'head', cell: (kind) => t(`waits-${kind}`) },
        { label: t('amount'), fold: 'end', ...cell(0) },
        { label: t('waits-all'), kind: 'count', cell: (kind) => status[kind][0].count },
        ...ages,
      ]),
    ],
  };
}

/** The status for programs: amounts as decimals, days as text, null where there is none. */
export function statusDocument(status: BookStatus, { digits, currency, calendar }: Showing): Record<string, unknown> {
  const of = ({ count, amount }: Amount) => ({ count, amount: formatMoney(amount, digits) });
  const ages = ([all, over15, over30, over60]: Ageing) => ({
    ...of(all),
    over15Days: of(over15),
    over30Days: of(over30),
    over60Days: of(over60),
  });
  const { lastRunDay, firstOpenDay, lastDueDay, openDay, running, policy, nextPolicy } = status;
  return {
    lastDayRun: lastRunDay,
    firstOpenDay,
    lastDueDay,
    openNight: openDay,
    running,
    workers: status.workers.map(({ joinedAt, seenAt, done, ...worker }) => ({
      ...worker,
      joinedAt: calendar.format(joinedAt),
      seenAt: calendar.format(seenAt),
      done: Number(done),
    })),
    letters: status.letters,
    currency,
    zone: calendar.zone,
    policy,
    nextPolicy,
    parked: {
      count: parkedCount(status),
      byFeed: Object.fromEntries(status.parked.map(({ feed, count }) => [feed, count])),
    },
    rejected: status.rejected,
    conflicts: status.conflict,
    due: of(status.due.owed),
    dueToSellers: of(status.due.owing),
    held: ages(status.held),
    clearing: ages(status.clearing),
    unconfirmedDeductions: ages(status.deductions),
    unconfirmedPayouts: ages(status.payouts),
    unsettled: ages(status.unsettled),
  };
}
