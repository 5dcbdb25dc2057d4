/** The server on which scenarios and the demo make their databases. */
import { useEmbedded } from '../../store/server/embedded.ts';
import type { Common, World } from '../context.ts';

/** The URL of the operator's server, or of the private one under `--data`, for as long as the work takes. */
export async function withServer<T>(world: World, common: Common, work: (url: string) => Promise<T>): Promise<T> {
  const given = common.database ?? world.environment['DATABASE_URL'] ?? '';
  if (given !== '') return work(given);
  const server = await useEmbedded(common.data);
  try {
    return await work(server.url);
  } finally {
    await server.release();
  }
}
