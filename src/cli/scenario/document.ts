/**
 * A scenario file as prose and fenced blocks, in their order, and the same file with other outcomes in its blocks. It
 * plays nothing. Every fence has to be one of the kinds in kinds.ts, so that none is passed over.
 */
import { Refusal } from '../../core/refusal.ts';
import { blockFault, KINDS } from './kinds.ts';

/** A fenced block. */
export interface Block {
  readonly name: string;
  /** The words after the name in the opening fence. */
  readonly words: readonly string[];
  /** Everything between the fences; ends in LF unless it is empty. */
  readonly body: string;
  /** The line of the opening fence in the file, counted from 1. */
  readonly line: number;
  readonly isOutcome: boolean;
}

/** A piece of a scenario: a stretch of prose, or a block. */
export type Piece = { readonly prose: string } | Block;

export const isBlock = (piece: Piece): piece is Block => 'name' in piece;

/**
 * Takes a scenario apart.
 * @param file what sentences call the file
 * @throws Refusal with file and line for a block that cannot be played
 */
export function readScenario(file: string, text: string): Piece[] {
  const pieces: Piece[] = [];
  const lines = text.split('\n');
  const bad = (line: number, sentence: string): Refusal => new Refusal(`${file}:${line}: ${sentence}`);
  let prose: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const text = lines[at] ?? '';
    if (!/^\s*(```|~~~)/.test(text)) {
      prose.push(text);
      continue;
    }
    const fence = /^```([^`\s].*)$/.exec(text)?.[1];
    if (fence === undefined) throw bad(at + 1, 'a block begins with ``` at the start of a line and its name');
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw bad(at + 1, 'this block does not end: close it with a line of ``` alone');
    const [name = '', ...words] = fence.trim().split(/\s+/);
    const body = lines
      .slice(at + 1, end)
      .map((line) => `${line}\n`)
      .join('');
    const fault = blockFault(name, words, body);
    if (fault !== undefined) throw bad(at + 1, fault);
    if (prose.length > 0) pieces.push({ prose: prose.map((line) => `${line}\n`).join('') });
    prose = [];
    pieces.push({ name, words, body, line: at + 1, isOutcome: KINDS[name]?.isOutcome === true });
    at = end;
  }
  if (prose.length > 0) pieces.push({ prose: prose.join('\n') });
  return pieces;
}

/** The opening fence of a block. */
export const opening = (block: Block): string => `\`\`\`${[block.name, ...block.words].join(' ')}`;

/** The file with its outcome blocks saying what came of them; everything else stays byte for byte. */
export function rewritten(text: string, actual: ReadonlyMap<Block, string>): string {
  const lines = text.split('\n');
  const latestFirst = [...actual].sort(([a], [b]) => b.line - a.line);
  for (const [block, body] of latestFirst) {
    const before = block.body.split('\n').length - 1;
    lines.splice(block.line, before, ...body.split('\n').slice(0, -1));
  }
  return lines.join('\n');
}
