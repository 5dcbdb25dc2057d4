// Preloaded into every process of a test run: notes each statement that gave columns, once, with their names and types.
// It changes nothing of what a program does, and says nothing.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import pg from 'pg';

const folder = process.env['CPS_STATEMENTS'];
const { query } = pg.Client.prototype;
const seen = new Set();

function note(text, fields) {
  if (fields === undefined || fields.length === 0 || seen.has(text)) return;
  seen.add(text);
  const columns = fields.map(({ name, dataTypeID }) => [name, dataTypeID]);
  try {
    appendFileSync(join(folder, `${process.pid}-${threadId}.jsonl`), `${JSON.stringify({ text, columns })}\n`);
  } catch {
    // The run is over, or this process may not write there: what it asked is then not among what was seen.
  }
}

if (folder !== undefined) {
  pg.Client.prototype.query = function (...given) {
    const answer = query.apply(this, given);
    const [asked] = given;
    const text = typeof asked === 'string' ? asked : asked?.text;
    if (typeof text !== 'string' || typeof answer?.then !== 'function') return answer;
    this.cpsCursors ??= new Map();
    const [, cursor, selected] = /^declare (\S+) no scroll cursor for ([\s\S]*)$/.exec(text) ?? [];
    if (cursor !== undefined) this.cpsCursors.set(cursor, selected);
    const [, fetched] = /^fetch \d+ from (\S+)$/.exec(text) ?? [];
    answer.then(
      ({ fields }) => note(fetched === undefined ? text : (this.cpsCursors.get(fetched) ?? text), fields),
      () => {},
    );
    return answer;
  };
}
