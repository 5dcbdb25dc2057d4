/** Text to GBK, as Alipay wants its files. It is the runtime's own decoder read backwards: no table of ours can differ from it. */

let known: Map<string, number> | undefined;

function table(): Map<string, number> {
  if (known !== undefined) return known;
  const decoder = new TextDecoder('gbk', { fatal: true });
  known = new Map();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue;
      const character = decoded(decoder, lead, trail);
      // Private characters are the runtime's filling for codes that GBK does not assign.
      if (character !== undefined && !/^\p{Co}$/u.test(character) && !known.has(character))
        known.set(character, lead * 256 + trail);
    }
  }
  return known;
}

function decoded(decoder: InstanceType<typeof TextDecoder>, lead: number, trail: number): string | undefined {
  try {
    const text = decoder.decode(Uint8Array.of(lead, trail));
    return [...text].length === 1 ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The first character that GBK has no code for, or nothing. */
export function notInGbk(text: string): string | undefined {
  return [...text].find((character) => character > '\x7f' && !table().has(character));
}

/** The bytes of a text. @throws RangeError for a character without a code: see notInGbk */
export function toGbk(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    if (character <= '\x7f') {
      bytes.push(character.charCodeAt(0));
      continue;
    }
    const code = table().get(character);
    if (code === undefined) throw new RangeError(`${character} has no code in GBK`);
    bytes.push(code >> 8, code & 0xff);
  }
  return Uint8Array.from(bytes);
}
