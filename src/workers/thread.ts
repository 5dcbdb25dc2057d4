/** Threads of a run or a verification: how one is started, and how one task at a time is asked of it. */
import { Worker } from 'node:worker_threads';

/** What an answer of a thread means to the task under way; undefined for news on the way. */
export type Heard<T> = { readonly done: T } | { readonly failed: Error } | undefined;

/** Starts the thread of a room's `worker.ts`. Under a test runner they are TypeScript, which a thread cannot load: it takes the built one. */
export function startThread(room: 'night' | 'verify' | 'filing' | 'whatif', terms: unknown): Worker {
  const built = import.meta.url.endsWith('.ts') ? `../../dist/${room}/worker.js` : `../${room}/worker.js`;
  // A smaller heap is collected sooner: without a limit two workers that need 100 MiB each let theirs grow to 250. The young
  // generation would shrink with it, and that costs as much processor time again as the night itself, so it is named.
  return new Worker(new URL(built, import.meta.url), {
    workerData: terms,
    resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 48 },
  });
}

/** Asks a task of a thread that has none, and hears its answers until one ends it. */
export function ask<Answer, T>(worker: Worker, task: unknown, hear: (answer: Answer) => Heard<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      act();
    };
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (): void => settle(() => reject(new Error('a worker thread ended early: run this again')));
    const onMessage = (answer: Answer): void => {
      const heard = hear(answer);
      if (heard === undefined) return;
      settle(() => ('done' in heard ? resolve(heard.done) : reject(heard.failed)));
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(task);
  });
}
