// Gives each test that asks a database of its own, a copy of the migrated template, on the server of the test run.

import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect } from '../../src/store/connection/session.ts';

/** The migrated, otherwise empty database that test/support/setup.ts makes. */
export const templateName = 'cps_template';

/** A test's own database. */
export interface FreshDatabase {
  readonly url: string;
  /** Removes it, ending whatever is connected to it. */
  drop(): Promise<void>;
}

/** The URL of another database on the same server. */
export function within(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** Makes a database with a random name; `template0` gives an empty one instead of the migrated one. */
export async function freshDatabase(template: 'cps_template' | 'template0' = templateName): Promise<FreshDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(`create database ${name} template ${template}`);
  return {
    url: within(inject('serverUrl'), name),
    drop: () => administer(`drop database if exists ${name} with (force)`),
  };
}

async function administer(sql: string): Promise<void> {
  const admin = await connect(inject('serverUrl'), 'cps test admin');
  try {
    await admin.client.query(sql);
  } finally {
    await admin.close();
  }
}
