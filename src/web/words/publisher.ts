/** What the publisher's pages say. */
import { texts } from './text.ts';

export const PUBLISHER = texts({
  'section-publisher-month': ['收入', 'Earnings'],
});
