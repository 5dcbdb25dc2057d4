/** Reads files of anchors (SPEC 13), and says what is wrong with one. */
import { readFile } from 'node:fs/promises';
import { codeOrText } from '../../core/error-code.ts';
import { type Anchor, parseAnchors } from '../../core/proof/anchors.ts';
import { UsageError } from '../errors.ts';

/**
 * Reads a file of anchors; undefined where there is none.
 * @throws UsageError, which names the file and what is wrong
 */
export async function anchorsIfThere(path: string): Promise<Anchor[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOrText(error);
    if (code === 'ENOENT') return undefined;
    throw new UsageError(`${path} cannot be read (${code}): give the path of a file of anchors`);
  }
  const anchors = parseAnchors(text);
  if (typeof anchors === 'string') throw new UsageError(`${path}: ${anchors}`);
  return anchors;
}

/**
 * Reads a file of anchors that has to exist and to hold some.
 * @throws UsageError where it does not
 */
export async function anchorsIn(path: string): Promise<Anchor[]> {
  const anchors = await anchorsIfThere(path);
  if (anchors === undefined) throw new UsageError(`there is no file ${path}: cps anchor --out ${path} makes one`);
  if (anchors.length === 0) throw new UsageError(`${path} holds no anchor: cps anchor --out ${path} adds them`);
  return anchors;
}
