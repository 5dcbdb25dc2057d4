/** The rooms of the API: every route of /v1. */
import type { Room } from '../server.ts';

export const apiRoom: Room = {
  open: () => undefined,
};
