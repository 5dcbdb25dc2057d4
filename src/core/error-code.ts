/** The code that a system's or a database's error carries, such as `ENOENT` or `23505`, and what to do where the machine lacks something. */

/** An error's code; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What to call an error in a sentence: its code, or where it has none what it says of itself. */
export function codeOrText(error: unknown): string {
  return codeOf(error) ?? String(error);
}

const UNREAD: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ENAMETOOLONG: 'its path is too long',
  ELOOP: 'it is a link that leads back to itself',
};

/** Why a file cannot be read, in words; of a cause without words its code. */
export function unreadFor(error: unknown): string {
  return UNREAD[codeOf(error) ?? ''] ?? codeOrText(error);
}

const LACKING: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room, then repeat the command',
  EDQUOT: 'the disk is full for this user: make room, then repeat the command',
  EMFILE: 'too few files may be open at once: raise the limit (ulimit -n 1024), then repeat the command',
  ENFILE: 'too few files may be open at once on this machine: raise the limit, then repeat the command',
  EAGAIN: 'too few processes may run at once: raise the limit (ulimit -u), then repeat the command',
  ENOMEM: 'the machine has no memory left: make room, then repeat the command',
};

/** What the machine lacks, by an error's code, and what to do; undefined where it is something else. */
export function lackOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : LACKING[code];
}
