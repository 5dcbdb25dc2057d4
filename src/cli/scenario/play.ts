/**
 * Plays a scenario from its first block to its last and says where it differs from what is written: an outcome that is
 * another, one that nobody mentions, or none at all. The text is exact.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Instant } from '../../core/calendar.ts';
import { Refusal } from '../../core/refusal.ts';
import { Refused } from '../../night/run.ts';
import { connect } from '../../store/connection/session.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { actAsWriter } from '../../store/schema/roles.ts';
import { unifiedDiff } from './diff.ts';
import { type Block, isBlock, opening, type Piece, readScenario, rewritten } from './document.ts';
import { KINDS } from './kinds.ts';
import { Stage } from './stage.ts';

/** A place where a scenario and the engine differ. */
interface Difference {
  /** The line of the block in the file; 0 of the file as a whole. */
  readonly line: number;
  readonly what: string;
  /** A unified diff, or nothing where there is no text to compare. */
  readonly diff: string;
}

/** The result of playing a scenario. */
export interface Played {
  readonly file: string;
  readonly outcomes: number;
  readonly differences: readonly Difference[];
  /** The file as it would be if its outcome blocks said what came of them. */
  readonly text: string;
}

/** A piece as it was played; `actual` is the text that the engine gave for an outcome block. */
export type PlayedPiece = { readonly piece: Piece; readonly actual: string | undefined };

/** Where a scenario is played. */
export interface Theatre {
  /** An empty database, migrated or not. */
  readonly url: string;
  readonly now: Instant;
}

/**
 * Plays a scenario piece by piece, prose included, in the order of the file.
 * @param file the file's path, which sentences name and beside which its cast is
 * @returns at its end, what happened and no block mentioned
 * @throws Refusal with file and line for a block that cannot be played
 */
export async function* perform(file: string, text: string, theatre: Theatre): AsyncGenerator<PlayedPiece, string[]> {
  const pieces = readScenario(file, text);
  const casts = await castsOf(file, pieces);
  const folder = await mkdtemp(join(tmpdir(), 'cps-scenario-'));
  try {
    const session = await connect(theatre.url, 'cps scenario');
    try {
      await migrate(session);
      await actAsWriter(session);
      const stage = new Stage({ session, url: theatre.url, folder, now: theatre.now });
      for (const piece of pieces) {
        for (const block of isBlock(piece) ? (casts.get(piece) ?? []) : []) await take(stage, block.block, block.file);
        yield { piece, actual: isBlock(piece) && !casts.has(piece) ? await take(stage, piece, file) : undefined };
      }
      return await stage.unmentioned();
    } finally {
      await session.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The actions of the files that cast blocks name: what was delivered and done there, without its outcomes. */
async function castsOf(file: string, pieces: readonly Piece[]): Promise<Map<Block, { file: string; block: Block }[]>> {
  const casts = new Map<Block, { file: string; block: Block }[]>();
  for (const piece of pieces) {
    if (!isBlock(piece) || piece.name !== 'cast') continue;
    const path = join(dirname(file), piece.words[0] ?? '');
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) throw new Refusal(`${file}:${piece.line}: there is no ${path} to take the cast from`);
    const blocks = readScenario(path, text).filter(isBlock);
    const nested = blocks.find((block) => block.name === 'cast');
    if (nested !== undefined) throw new Refusal(`${path}:${nested.line}: a cast has no cast of its own`);
    const actions = blocks.filter((block) => !block.isOutcome);
    casts.set(
      piece,
      actions.map((block) => ({ file: path, block })),
    );
  }
  return casts;
}

/** Plays a whole scenario and compares its outcomes. Throws Refusal for a block that cannot be played. */
export async function play(file: string, text: string, theatre: Theatre): Promise<Played> {
  const differences: Difference[] = [];
  const actuals = new Map<Block, string>();
  const performance = perform(file, text, theatre);
  let next = await performance.next();
  for (; next.done !== true; next = await performance.next()) {
    const { piece, actual } = next.value;
    if (actual === undefined || !isBlock(piece)) continue;
    actuals.set(piece, actual);
    const diff = unifiedDiff(piece.body, actual, piece.line + 1);
    if (diff !== '') differences.push({ line: piece.line, what: `${opening(piece)} differs`, diff });
  }
  const whole = (what: string): Difference => ({ line: 0, what, diff: '' });
  differences.push(...next.value.map(whole));
  if (actuals.size === 0) differences.push(whole('no outcome block says what should come of it'));
  return { file, outcomes: actuals.size, differences, text: rewritten(text, actuals) };
}

async function take(stage: Stage, block: Block, file: string): Promise<string | undefined> {
  try {
    return await KINDS[block.name]?.play(stage, block.words, block.body);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof Refused)) throw error;
    throw new Refusal(`${file}:${block.line}: ${error.message}`);
  }
}

/** The differences of a scenario as text, with file and line; empty when there are none. */
export function differenceText({ file, differences }: Played): string {
  return differences
    .map(({ line, what, diff }) => `${line === 0 ? file : `${file}:${line}`}: ${what}\n${diff}`)
    .join('');
}

/**
 * Whether outcome blocks are to be rewritten: asked for by an option or by UPDATE=1.
 * @throws Refusal under CI, where nothing may be rewritten
 */
export function mayUpdate(environment: Readonly<Record<string, string | undefined>>, option: boolean): boolean {
  if (!option && environment['UPDATE'] !== '1') return false;
  const ci = environment['CI'] ?? '';
  if (ci !== '' && ci !== 'false' && ci !== '0') {
    throw new Refusal('scenarios are not rewritten under CI: update them on your own machine and commit them');
  }
  return true;
}
