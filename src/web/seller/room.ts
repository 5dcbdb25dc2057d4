/** The seller's room: its sections, pages and files. */
import { monthFiles } from '../files.ts';
import type { Room } from '../page.ts';
import { lines } from './lines.ts';
import { latestMonth, month } from './month.ts';
import { SELLER } from './months.ts';

export const SELLER_ROOM: Room = {
  sections: [{ term: 'section-seller-month', path: SELLER, roles: ['seller'] }],
  pages: [latestMonth, month, lines],
  counters: [
    monthFiles({ path: `${SELLER}/:month/files/:format`, roles: ['seller'], right: 'see-deductions' }, 'deductions'),
  ],
};
