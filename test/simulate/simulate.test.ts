/** A short slice of the simulator with fixed seeds; `npm run simulate` plays as many rounds as wanted. */
import { afterAll, expect, it } from 'vitest';
import { makeScript } from './book-maker.ts';
import { Ground } from './ground.ts';
import { play } from './round.ts';

const ROUNDS = 20;
const ground = new Ground();

afterAll(() => ground.leave());

it.each(Array.from({ length: ROUNDS }, (_, n) => n + 1))('round %i agrees with the reference', async (seed) => {
  const { differences } = await play(await ground.empty(), makeScript(seed, { small: true }));
  expect(differences).toEqual([]);
});
