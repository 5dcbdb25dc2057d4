/**
 * The parts of a zip archive, such as a workbook is, no further than their bounds: so that a small file cannot become a
 * large one, or a great many. What the parts are is for others.
 */
import { MIB } from '../bounds.ts';
import { SourceError } from './source-error.ts';

const MOST_UNPACKED = 256 * MIB;
/** A workbook has some dozens. */
const MOST_PARTS = 2000;

/**
 * The parts by name. A part that says less of its size than it has is cut there, and so never larger than what was counted.
 * @throws SourceError beyond the bounds; whatever else is thrown says that it is no whole archive
 */
export async function unzipped(path: string, bytes: Uint8Array): Promise<Record<string, Uint8Array>> {
  const { unzipSync } = await import('fflate');
  let total = 0;
  let parts = 0;
  return unzipSync(bytes, {
    filter: ({ originalSize }) => {
      total += originalSize;
      parts += 1;
      if (total > MOST_UNPACKED) throw new SourceError(`${path} unpacks to more than ${MOST_UNPACKED / MIB} MiB`);
      if (parts > MOST_PARTS) throw new SourceError(`${path} is packed of more than ${MOST_PARTS} parts`);
      return true;
    },
  });
}
