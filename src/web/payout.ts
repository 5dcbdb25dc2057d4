/** What has become of the payouts of statements, for the lists that show them. */
import { type Standing, standingOf } from '../core/bank/standing.ts';
import type { Month } from '../core/calendar.ts';
import { payoutId } from '../core/ids.ts';
import type { Markup } from '../formats/files/markup.ts';
import { standingText } from '../formats/standing.ts';
import { paymentFacts } from '../store/bank/standing.ts';
import type { Session } from '../store/connection/session.ts';
import { state, type Tone } from './pieces.ts';
import type { Visit } from './visit.ts';

interface Stated {
  readonly publisher_id: string;
  readonly month: Month;
  readonly disposition: string;
}

const idOf = (of: Stated): string => payoutId(of.publisher_id, of.month);

export type Payouts = ReadonlyMap<string, Standing>;

/** How the payouts of some statements stand by now, by id. */
export async function payoutsOf(session: Session, rows: readonly Stated[], { book }: Visit): Promise<Payouts> {
  const ids = rows.filter(({ disposition }) => disposition === 'paid').map(idOf);
  const facts = await paymentFacts(session, ids);
  return new Map([...facts].map(([id, of]) => [id, standingOf(of, book.lastRunDay, true, book.calendar)]));
}

const TONES: Readonly<Record<Standing['state'], Tone>> = {
  instructed: 'wait',
  sent: 'wait',
  confirmed: 'good',
  failed: 'bad',
  returned: 'bad',
};

/** What was decided of a statement and, where it was to be paid, what has become of that. */
export function fateOf(of: Stated, payouts: Payouts, { speech: { word, language } }: Visit): Markup {
  const standing = payouts.get(idOf(of));
  if (standing === undefined) return state(word(of.disposition), of.disposition === 'frozen' ? 'bad' : 'wait');
  return state(standingText(standing, language), TONES[standing.state]);
}
