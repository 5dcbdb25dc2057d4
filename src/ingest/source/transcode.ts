/**
 * Bytes as delivered into bytes that lines can be cut from: UTF-16, told by its mark, and encodings that somebody names are
 * turned into UTF-8 as they come. What has no mark passes as it is: encoding.ts decides what it is.
 */
import { SourceError } from './source-error.ts';

/** The first bytes of a file, and all of its blocks from the start. */
export interface Peeked {
  readonly head: Uint8Array;
  readonly blocks: AsyncGenerator<Buffer, void, undefined>;
}

/** Looks at the first four bytes, or as many as there are. */
export async function peeked(from: AsyncIterable<Buffer>): Promise<Peeked> {
  const rest = from[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let seen = 0;
  while (seen < 4) {
    const { done, value } = await rest.next();
    if (done === true) break;
    first.push(Buffer.from(value));
    seen += value.length;
  }
  const blocks = (async function* () {
    try {
      yield* first;
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  })();
  return { head: Buffer.concat(first).subarray(0, 4), blocks };
}

/** The name of an encoding as it is known everywhere. @throws SourceError where it is none */
export function encodingNamed(name: string): string {
  try {
    return new TextDecoder(name.trim()).encoding;
  } catch (cause) {
    throw new SourceError(
      `${JSON.stringify(name)} is no encoding: name one such as gb18030, big5, shift_jis or windows-1252`,
      { cause },
    );
  }
}

/** UTF-16 where a file begins with its mark. */
export function markedEncoding(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
}

/** The same text in UTF-8, with U+FFFD for what is none of the encoding. */
export async function* inUtf8(
  blocks: AsyncIterable<Buffer>,
  encoding: string,
): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new TextDecoder(encoding);
  for await (const block of blocks) {
    const text = decoder.decode(block, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const last = decoder.decode();
  if (last !== '') yield Buffer.from(last);
}
