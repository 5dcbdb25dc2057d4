// Cold starts: the first nights after loading an empty book, and a night after a restart of the server, each against the
// same night warm. Warm is: vacuumed, analysed before each night, and read into memory; or without the restart.
import { addDays, type Day } from '../../src/core/calendar.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { daysFor } from './book.ts';
import type { Figures } from './figures.ts';
import { NO_USAGE, type Usage } from './meter.ts';
import { runNights } from './nights.ts';
import { LOADED, type Stage } from './stage.ts';

const COLD = 'cold';
const WARM = 'warm';
const TARGET = { target: 'at most 1.3' };

export async function coldPart(stage: Stage): Promise<void> {
  await stage.loaded();
  const { firstDay } = await stage.feeds();
  await stage.ground.copy(LOADED, COLD);
  await stage.rested();
  await stage.ground.copy(LOADED, WARM);
  await firstNights(stage, firstDay);
  await restarted(stage, addDays(firstDay, daysFor((await stage.feeds()).lines) - 1));
}

async function firstNights({ ground, figures }: Stage, first: Day): Promise<void> {
  const nights = [first, addDays(first, 1)] as const;
  const cold: Usage[] = [];
  const warm: Usage[] = [];
  await ground.within(WARM, (session) => readIntoMemory(session));
  for (const day of nights) {
    await ground.within(WARM, (session) => session.client.query('vacuum analyze'));
    warm.push((await runNights(ground, WARM, day, 1)).whole);
  }
  for (const day of nights) cold.push((await runNights(ground, COLD, day, 1)).whole);
  addRatios(figures, 'first night after loading', cold[0], warm[0]);
  addRatios(figures, 'second night after loading', cold[1], warm[1]);
  figures.details['first nights'] = { cold, warm };
  await ground.drop(COLD);
  await ground.drop(WARM);
}

async function restarted({ ground, figures }: Stage, day: Day): Promise<void> {
  await ground.copy(LOADED, WARM);
  await runNights(ground, WARM, addDays(day, -1), 1);
  await ground.copy(WARM, COLD);
  await ground.within(WARM, (session) => readIntoMemory(session));
  const warm = (await runNights(ground, WARM, day, 1)).whole;
  await ground.restart();
  const cold = (await runNights(ground, COLD, day, 1)).whole;
  addRatios(figures, 'first night after a restart', cold, warm);
  figures.details['restarted'] = { cold, warm, day };
  await ground.drop(COLD);
  await ground.drop(WARM);
}

/** By the clock, and in processor time of engine and connections, which a busy machine disturbs less. */
function addRatios(figures: Figures, name: string, cold = NO_USAGE, warm = NO_USAGE): void {
  const work = ({ engine, backends }: Usage): number => engine + backends;
  figures.add('cold', `${name}, to warm`, cold.seconds / warm.seconds, 'times', TARGET);
  figures.add('cold', `${name}, to warm: processor time`, work(cold) / work(warm), 'times');
}

/** Reads every table and index; where they are larger than the server's buffers, the last ones stay. */
async function readIntoMemory(session: Session): Promise<void> {
  await session.client.query('create extension if not exists pg_prewarm');
  await session.client.query(
    `select pg_prewarm(oid) from pg_class where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace`,
  );
}
