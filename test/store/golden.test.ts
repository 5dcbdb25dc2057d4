/** migrations/schema.sql shows what the migrations make; it is rewritten with UPDATE=1 and fails here when stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from '../../src/store/connection/session.ts';
import { migrationsFolder } from '../../src/store/schema/migrate.ts';
import { freshDatabase } from '../support/database.ts';
import { describeSchema } from './schema-text.ts';

it('is what the migrations make', async () => {
  const database = await freshDatabase();
  const session = await connect(database.url, 'golden test');
  const made = await describeSchema(session);
  await session.close();
  await database.drop();
  const golden = join(migrationsFolder, 'schema.sql');
  if (process.env['UPDATE'] === '1' && process.env['CI'] === undefined) writeFileSync(golden, made);
  expect(readFileSync(golden, 'utf8')).toBe(made);
});
