/**
 * What is known of an event, in one record: its name, the version and the shape of its body, and whose it is. What it
 * posts stands in ledger.ts, the accounting on one screen; what people call it in formats/words/events.ts.
 */
import { type Of, object, type Shape } from './shape.ts';

/** Whose partition an event lies in, and so whom it names: an order line's, a party's, or the run's own. */
type Home = 'line' | 'seller' | 'publisher' | 'run';

export interface EventRecord<N extends string, B> {
  readonly name: N;
  readonly home: Home;
  readonly body: Shape<B>;
}

/** An event by its name. */
export function event<const N extends string, const F extends Readonly<Record<string, Shape<unknown>>>>(
  name: N,
  { body, ...of }: Omit<EventRecord<N, never>, 'name' | 'body'> & { readonly body: F },
): EventRecord<N, Of<F>> {
  return { name, ...of, body: object(body) };
}
