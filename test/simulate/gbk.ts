/** Text as GBK, which Node reads and does not write: the table is made by reading every pair of bytes. */

let table: Map<string, Buffer> | undefined;

function makeTable(): Map<string, Buffer> {
  const reader = new TextDecoder('gbk');
  const made = new Map<string, Buffer>();
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x40; second <= 0xfe; second += 1) {
      const bytes = Buffer.from([first, second]);
      const text = reader.decode(bytes);
      if (second !== 0x7f && text.length === 1 && text !== '\uFFFD' && !made.has(text)) made.set(text, bytes);
    }
  }
  return made;
}

/** @throws where a character has no place in GBK */
export function gbk(text: string): Buffer {
  table ??= makeTable();
  const pieces: Buffer[] = [];
  for (const character of text) {
    const bytes = character <= '\u007F' ? Buffer.from(character) : table.get(character);
    if (bytes === undefined) throw new Error(`${character} is not in GBK`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}
