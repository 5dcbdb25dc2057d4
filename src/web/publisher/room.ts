/** The publisher's room: its sections, pages and files. */
import type { Room } from '../page.ts';

export const PUBLISHER_ROOM: Room = { sections: [], pages: [], counters: [] };
