/**
 * Why something is not done: one sentence that a person can act on (what, which row or field, why, what to do), and nothing
 * was changed. Whoever decides returns it as a value; where nobody can go on it is thrown, and a door tells it.
 */
export class Refusal extends Error {
  /** `not-there`: what it is about does not exist, or is not the asker's to know of. */
  readonly kind: 'refused' | 'not-there';

  /** The sentence in Chinese, for a page in Chinese; undefined where it is told in English everywhere. */
  readonly zh: string | undefined;

  constructor(
    sentence: string,
    kind: 'refused' | 'not-there' = 'refused',
    { zh, ...options }: ErrorOptions & { readonly zh?: string } = {},
  ) {
    super(sentence, options);
    this.kind = kind;
    this.zh = zh;
  }
}

/** Whether an error says that what was asked about is not there. */
export function isNotThere(error: unknown): error is Refusal {
  return error instanceof Refusal && error.kind === 'not-there';
}

/** What was decided. @throws Refusal where it was refused */
export function orThrow<T>(decided: T | Refusal): T {
  if (decided instanceof Refusal) throw decided;
  return decided;
}
