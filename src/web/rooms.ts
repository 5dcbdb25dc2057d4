/** The rooms of pages. Another one is a folder beside these and a row here. */
import { FINANCE_ROOM } from './finance/room.ts';
import { BESIDE, OPERATIONS_ROOM } from './operations/room.ts';
import type { Room } from './page.ts';
import { PEOPLE_ROOM } from './people/room.ts';
import { PUBLISHER_ROOM } from './publisher/room.ts';
import { RISK_ROOM } from './risk/room.ts';
import { SELLER_ROOM } from './seller/room.ts';

export const ROOMS: readonly Room[] = [
  SELLER_ROOM,
  PUBLISHER_ROOM,
  OPERATIONS_ROOM,
  FINANCE_ROOM,
  RISK_ROOM,
  BESIDE,
  PEOPLE_ROOM,
];
