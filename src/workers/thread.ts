/** The inside of a worker thread, whatever its room: it begins with its first task and answers each. It takes none itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { codeOf } from '../core/error-code.ts';
import type { Answer, Room } from './pool.ts';

/** Takes a room's tasks in this thread, one at a time, until it is ended. */
export function serve<Terms, Task, News, Result>(room: Room<Terms, Task, News, Result>): void {
  const answer = (message: Answer<News, Result>): void => parentPort?.postMessage(message);
  let begun: ReturnType<typeof room.begin> | undefined;
  const take = async (task: Task): Promise<void> => {
    try {
      begun ??= room.begin(workerData as Terms);
      const own = await begun;
      answer({ done: await own.take(task, (news) => answer({ news })) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const name = error instanceof Error ? error.constructor.name : '';
      answer({ failed: { name, message, code: codeOf(error) } });
    }
  };
  parentPort?.on('message', (task: Task) => void take(task));
}
