/**
 * Bytes to text where a file does not say its encoding, or says it in an XML declaration: UTF-16 by its mark, UTF-8, the
 * encoding declared, GBK, or Windows-1252 where bytes above ASCII stand alone. A file is read in one encoding or not at all.
 */

/** The text of a file without its mark; undefined where it is in none of these encodings. */
export function decoded(bytes: Uint8Array): string | undefined {
  const label = declaredIn(bytes) ?? markedBy(bytes);
  const text = label === undefined ? guessed(bytes) : read(label, bytes);
  return text?.replace(/^\uFEFF/, '');
}

function markedBy(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  // Without a mark, XML and tables begin with a character of ASCII.
  if (a !== 0 && b === 0 && c !== 0) return 'utf-16le';
  return a === 0 && b !== 0 ? 'utf-16be' : undefined;
}

/** The encoding that an XML declaration names, as far as its bytes can be read as ASCII. */
function declaredIn(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 200))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  const label = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]?.toLowerCase();
  // In bytes of one each it cannot be what it says.
  return label === undefined || label.startsWith('utf-16') ? undefined : label;
}

function guessed(bytes: Uint8Array): string | undefined {
  const utf8 = read('utf-8', bytes);
  if (utf8 !== undefined) return utf8;
  const gbk = read('gb18030', bytes);
  return gbk !== undefined && !standsAlone(bytes) ? gbk : read('windows-1252', bytes);
}

/** Whether most characters above ASCII are one byte with ASCII around it: letters with accents, and no Chinese text. */
function standsAlone(bytes: Uint8Array): boolean {
  let [alone, together] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    let end = at;
    while ((bytes[end] ?? 0) > 0x7f) end += 1;
    if (end - at === 1) alone += 1;
    else if (end > at) together += 1;
    at = end;
  }
  return alone > together;
}

function read(label: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
