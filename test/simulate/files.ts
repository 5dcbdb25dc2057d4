/** Writes a delivery as the file a feed would come in. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { gbk } from './gbk.ts';
import { writeCsv } from './reference/csv.ts';
import { shapeOf } from './reference/feeds.ts';
import type { DeliverStep } from './script.ts';

function textOf(step: DeliverStep): string {
  const columns = Object.keys(shapeOf(step.feed).columns);
  if (step.format === 'csv') {
    return writeCsv(
      columns,
      step.rows.map((row) => columns.map((column) => row[column] ?? '')),
    );
  }
  return step.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

export async function writeDelivery(folder: string, n: number, step: DeliverStep): Promise<string> {
  const name = `${step.feed}-${String(n).padStart(3, '0')}.${step.format}${step.gz ? '.gz' : ''}`;
  const text = textOf(step);
  const bytes = step.gbk ? gbk(text) : Buffer.from(`${step.bom ? '\uFEFF' : ''}${text}`);
  const path = join(folder, name);
  await writeFile(path, step.gz ? gzipSync(bytes) : bytes);
  return path;
}
