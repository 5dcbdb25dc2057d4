// The night against its floor: lines a second by step, with one worker and two, and what a line costs by part.
import type { Session } from '../../src/store/connection/session.ts';
import { durableRows, type FloorStep, type FloorTime, nightFloor } from './floor-night.ts';
import { tapeFloor } from './floor-tape.ts';
import type { Usage } from './meter.ts';
import { type RunTime, runNights, sumOf } from './nights.ts';
import { FINISHED, LOADED, type Stage } from './stage.ts';

const ALONE = 'alone';
const FLOOR = 'floor_night';

export async function nightPart(stage: Stage): Promise<void> {
  const { ground, figures, options } = stage;
  await stage.rested();
  await ground.copy(LOADED, ALONE);
  stage.say('running the nights with 1 worker');
  const alone = await runNights(ground, ALONE, await stage.lastDay(), 1);
  await ground.drop(ALONE);
  const both = await stage.finished();
  const floors = {
    one: await floorOf(stage, 1, false),
    two: await floorOf(stage, 2, false),
    unlogged: await floorOf(stage, 1, true),
  };
  await compareRows(stage);
  const fair = { one: await fairFloorOf(stage, 1), two: await fairFloorOf(stage, 2) };
  stepFigures(stage, 1, alone, floors.one);
  fairFigures(stage, 1, alone, fair.one);
  stepFigures(stage, 2, both, floors.two);
  fairFigures(stage, 2, both, fair.two);
  costFigures(stage, alone, floors.one, floors.unlogged);
  await ground.drop(FLOOR);
  figures.details['night'] = { alone, both, floors, fair };
  if (options.plans) stage.say(floors.two.plans.join('\n'));
}

async function floorOf(stage: Stage, sessions: number, unlogged: boolean): Promise<FloorTime> {
  stage.say(`floor: ${sessions} session${sessions === 1 ? '' : 's'}${unlogged ? ', unlogged' : ''}`);
  await stage.ground.drop(FLOOR);
  await stage.ground.empty(FLOOR);
  const terms = { from: FINISHED, to: FLOOR, sessions, unlogged, plans: stage.options.plans };
  const floor = await nightFloor(stage.ground, terms);
  if (!unlogged) await compareRows(stage);
  return floor;
}

async function fairFloorOf(stage: Stage, workers: number): Promise<Usage> {
  stage.say(`fair floor: the nights said again, ${workers} worker${workers === 1 ? '' : 's'}`);
  await stage.ground.drop(FLOOR);
  const through = await stage.lastDay();
  const usage = await tapeFloor(stage.ground, { loaded: LOADED, database: FLOOR, through, workers });
  const [engine, floor] = await Promise.all([FINISHED, FLOOR].map((name) => stage.ground.within(name, chainEnds)));
  if (engine !== floor) throw new Error('the fair floor left other chains than the engine');
  return usage;
}

/** Where the chains of a book end: the same of two books whose events are the same to the byte. */
async function chainEnds(session: Session): Promise<string> {
  const { rows } = await session.client.query<{ ends: string }>(
    "select string_agg(encode(hash, 'hex'), ' ' order by partition) as ends from partition_head",
  );
  return rows[0]?.ends ?? '';
}

/** The floor has to have written what the engine wrote, in number and amount; else it is no yardstick. */
async function compareRows(stage: Stage): Promise<void> {
  const engine = await stage.ground.within(FINISHED, durableRows);
  const floor = await stage.ground.within(FLOOR, durableRows);
  if (JSON.stringify(engine) !== JSON.stringify(floor)) {
    throw new Error(`the floor wrote ${JSON.stringify(floor)}, the engine ${JSON.stringify(engine)}`);
  }
  stage.figures.details['rows'] = { engine, floor };
}

function stepFigures(stage: Stage, workers: number, run: RunTime, floor: FloorTime): void {
  const { figures } = stage;
  const lines = run.nights.reduce((sum, night) => sum + night.lines, 0);
  const perSecond = (seconds: number): number => lines / seconds;
  const of = `${workers} worker${workers === 1 ? '' : 's'}`;
  const step = (name: string, seconds: number, floorSteps: readonly FloorStep[], target?: string): void => {
    const yardstick = floorSteps.reduce((sum, one) => sum + floor.steps[one].seconds, 0);
    const more = target === undefined ? {} : { target };
    figures.add('night', `${name}, ${of}`, perSecond(seconds), 'lines/s', { floor: perSecond(yardstick), ...more });
  };
  if (workers === 1) {
    step('attribute', sumOf(run.nights, 'attribute').seconds, ['attribute']);
    step('settle', sumOf(run.nights, 'settle').seconds, ['settle']);
  }
  const perLine = sumOf(run.nights, 'perLine').seconds;
  step('attribute and settle', perLine, ['attribute', 'settle'], workers === 2 ? '20,000 lines/s' : undefined);
  const accountDays = run.nights.reduce((sum, night) => sum + night.accountDays, 0);
  step('account days', accountDays, ['accountDays']);
  step('deductions and the rest', sumOf(run.nights, 'rest').seconds - accountDays, ['rest']);
  const whole = run.whole.seconds;
  step('whole', whole, ['attribute', 'settle', 'rest', 'accountDays']);
}

/** A whole night against a client that says the same to the server and decides nothing: by the clock, and by processor time. */
function fairFigures({ figures }: Stage, workers: number, run: RunTime, fair: Usage): void {
  const lines = run.nights.reduce((sum, night) => sum + night.lines, 0);
  const of = `whole against the fair floor, ${workers} worker${workers === 1 ? '' : 's'}`;
  const target = '0.6 of the fair floor';
  figures.add('night', of, lines / run.whole.seconds, 'lines/s', { floor: lines / fair.seconds, target });
  const cost = ({ engine, backends }: Usage): number => lines / ((engine + backends) / 1_000_000);
  figures.add('night', `${of}: a second of CPU`, cost(run.whole), 'lines', { floor: cost(fair) });
  figures.add('night', `${of}: client CPU`, run.whole.engine / lines, 'µs/line', { floor: fair.engine / lines });
  figures.add('night', `${of}: backend CPU`, run.whole.backends / lines, 'µs/line', { floor: fair.backends / lines });
}

/** Microseconds and bytes a line of a run with one worker; the floor's backends with and without a log tell the log's share. */
function costFigures({ figures }: Stage, run: RunTime, floor: FloorTime, unlogged: FloorTime): void {
  const lines = run.nights.reduce((sum, night) => sum + night.lines, 0);
  const cost = (name: string, usage: Usage, yardstick: Usage): void => {
    const each = (part: keyof Usage, label: string, unit: string): void =>
      figures.add('night', `${name}: ${label}`, usage[part] / lines, unit, { floor: yardstick[part] / lines });
    each('engine', 'engine CPU', 'µs/line');
    each('backends', 'backend CPU', 'µs/line');
    each('writers', 'log and page writers CPU', 'µs/line');
    each('wal', 'write-ahead log', 'bytes/line');
  };
  cost('attribute', sumOf(run.nights, 'attribute'), floor.steps.attribute);
  cost('settle', sumOf(run.nights, 'settle'), floor.steps.settle);
  cost('whole', run.whole, floor.whole);
  const share = (floor.whole.backends - unlogged.whole.backends) / lines;
  figures.add('night', 'floor: backend CPU spent on the write-ahead log', share, 'µs/line');
}
