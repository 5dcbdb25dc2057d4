// Starts one PostgreSQL for the whole test run, hasty because nothing in it has to last, with the migrated template database;
// and in the end holds every raw statement that ran to the row type it claims (test/support/statements).
// What a test does in its own database is the test's business (test/support/database.ts).

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../../src/store/connection/session.ts';
import { migrate, migrationsFolder } from '../../src/store/schema/migrate.ts';
import { type EmbeddedServer, useEmbedded } from '../../src/store/server/embedded.ts';
import { templateName, within } from './database.ts';
import { holdStatements, recordStatements } from './statements/run.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server of this test run: the URL of its database `cps`. */
    serverUrl: string;
  }
}

let folder: string | undefined;
let server: EmbeddedServer | undefined;

export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'cps-test-'));
  await chmod(folder, 0o711);
  server = await useEmbedded(folder, {
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' },
  });
  await makeTemplate(server.url);
  recordStatements(join(folder, 'statements'));
  project.provide('serverUrl', server.url);
}

export async function teardown(): Promise<void> {
  if (folder !== undefined && !holdStatements(join(folder, 'statements'))) process.exitCode = 1;
  await server?.release();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

async function makeTemplate(url: string): Promise<void> {
  const admin = await connect(url, 'cps test setup');
  await admin.client.query(`create database ${templateName}`);
  await admin.close();
  if (!(await readdir(migrationsFolder)).some((name) => /^\d{3}_/.test(name))) return;
  const session = await connect(within(url, templateName), 'cps test setup');
  await migrate(session);
  await session.close();
}
