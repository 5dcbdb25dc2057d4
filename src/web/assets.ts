/** The stylesheet, the script and the mark, read once, under names that say what is in them, so that browsers may keep them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Asset {
  readonly path: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

function asset(name: string, extension: string, mime: string): Asset {
  const bytes = readFileSync(fileURLToPath(new URL(`./assets/${name}.${extension}`, import.meta.url)));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return { path: `/assets/${name}-${hash}.${extension}`, mime, bytes };
}

export const ASSETS = {
  style: asset('style', 'css', 'text/css; charset=utf-8'),
  script: asset('pages', 'js', 'text/javascript; charset=utf-8'),
  icon: asset('mark', 'svg', 'image/svg+xml'),
} as const;
