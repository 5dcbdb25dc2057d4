/** The code that a system's or a database's error carries, such as `ENOENT` or `23505`. It says nothing of what it means. */

/** An error's code; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What to call an error in a sentence: its code, or where it has none what it says of itself. */
export function codeOrText(error: unknown): string {
  return codeOf(error) ?? String(error);
}
