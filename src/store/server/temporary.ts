/** Databases that live only as long as some work: made on a server and dropped again. It puts nothing in them. */
import { randomBytes } from 'node:crypto';
import { connect } from '../connection/session.ts';

/**
 * Works in a new, empty database on the server of a URL, and drops it afterwards, whatever happened.
 * @param url of any database on that server whose user may create databases
 */
export async function withTemporaryDatabase<T>(url: string, work: (url: string) => Promise<T>): Promise<T> {
  const name = `cps_temporary_${randomBytes(8).toString('hex')}`;
  const server = await connect(url, 'cps temporary');
  try {
    await server.client.query(`create database ${name} template template0`);
    try {
      const inside = new URL(url);
      inside.pathname = `/${name}`;
      return await work(inside.href);
    } finally {
      await server.client.query(`drop database if exists ${name} with (force)`);
    }
  } finally {
    await server.close();
  }
}
