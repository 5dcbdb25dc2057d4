/**
 * Who takes a room's tasks: this process, or threads of the room's worker.ts that take them in turn, each beginning with
 * what it needs of its own, such as a connection. It knows no task, and says nothing of where a taker runs.
 */
import { Worker } from 'node:worker_threads';

/** Takes one task; `tell` passes news of it on its way. */
export type Take<Task, News, Result> = (task: Task, tell: (news: News) => void) => Promise<Result>;

/** A room's work: how whoever takes its tasks begins, from terms that travel to a thread. */
export interface Room<Terms, Task, News, Result> {
  /** The folder of its worker.ts. */
  readonly folder: 'night' | 'verify' | 'filing' | 'whatif';
  /** Errors that keep their class on the way from a thread; others come as plain ones, with their message and `code`. */
  readonly errors: readonly (new (
    message: string,
  ) => Error)[];
  readonly begin: (terms: Terms) => Promise<{ readonly take: Take<Task, News, Result>; end(): Promise<void> }>;
}

/** What a thread answers: news, and then one of the two that end a task. */
export type Answer<News, Result> =
  | { readonly news: News }
  | { readonly done: Result }
  | { readonly failed: { readonly name: string; readonly message: string; readonly code: string | undefined } };

/** What the tasks come to; a task is named by its place in the list. */
export interface Reports<News, Result> {
  readonly onNews: (news: News, task: number) => void;
  readonly onResult: (result: Result, task: number) => void;
}

/** Has every task taken, the first ones first, each by whoever is free; the first error ends all. */
export async function inTurn<Task, News, Result>(
  takers: readonly Take<Task, News, Result>[],
  tasks: readonly Task[],
  { onNews, onResult }: Reports<News, Result>,
): Promise<void> {
  const waiting = tasks.entries();
  const takeTurns = async (take: Take<Task, News, Result>): Promise<void> => {
    for (const [at, task] of waiting) onResult(await take(task, (news) => onNews(news, at)), at);
  };
  await Promise.all(takers.map(takeTurns));
}

/** Has every task taken: by this process where one worker is wanted, else by that many threads, which then end. */
export async function share<Terms, Task, News, Result>(
  room: Room<Terms, Task, News, Result>,
  terms: Terms,
  tasks: readonly Task[],
  workers: number,
  reports: Reports<News, Result>,
): Promise<void> {
  if (workers <= 1) {
    const own = await room.begin(terms);
    try {
      return await inTurn([own.take], tasks, reports);
    } finally {
      await own.end();
    }
  }
  const threads = new Threads(room, terms);
  try {
    await inTurn(threads.atLeast(Math.min(workers, tasks.length)), tasks, reports);
  } finally {
    await threads.end();
  }
}

/** Threads of a room, which keep what they have begun with from task to task. */
export class Threads<Terms, Task, News, Result> {
  readonly #room: Room<Terms, Task, News, Result>;
  readonly #terms: Terms;
  readonly #workers: Worker[] = [];

  constructor(room: Room<Terms, Task, News, Result>, terms: Terms) {
    this.#room = room;
    this.#terms = terms;
  }

  /** All of them, of which there are so many at least. */
  atLeast(count: number): Take<Task, News, Result>[] {
    while (this.#workers.length < count) this.#workers.push(startThread(this.#room.folder, this.#terms));
    return this.#workers.map((worker) => (task, tell) => ask(this.#room, worker, task, tell));
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Starts the thread of a room's `worker.ts`. Under a test runner they are TypeScript, which a thread cannot load: it takes the built one. */
function startThread(folder: string, terms: unknown): Worker {
  const built = import.meta.url.endsWith('.ts') ? `../../dist/${folder}/worker.js` : `../${folder}/worker.js`;
  // A smaller heap is collected sooner: without a limit two workers that need 100 MiB each let theirs grow to 250. The young
  // generation would shrink with it, and that costs as much processor time again as the night itself, so it is named.
  return new Worker(new URL(built, import.meta.url), {
    workerData: terms,
    resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 48 },
  });
}

/** Asks a task of a thread that has none, and takes its answers until one ends it. */
function ask<Terms, Task, News, Result>(
  { errors }: Room<Terms, Task, News, Result>,
  worker: Worker,
  task: Task,
  tell: (news: News) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      act();
    };
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (): void => settle(() => reject(new Error('a worker thread ended early: run this again')));
    const onMessage = (answer: Answer<News, Result>): void => {
      if ('news' in answer) tell(answer.news);
      else if ('done' in answer) settle(() => resolve(answer.done));
      else {
        const { name, message, code } = answer.failed;
        const Known = errors.find((one) => one.name === name) ?? Error;
        settle(() => reject(Object.assign(new Known(message), code === undefined ? {} : { code })));
      }
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(task);
  });
}
