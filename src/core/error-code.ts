/** The code that a system's or a database's error carries, such as `ENOENT` or `23505`, and what to do where the machine lacks something. */

/** An error's code; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What to call an error in a sentence: its code, or where it has none what it says of itself. */
function codeOrText(error: unknown): string {
  return codeOf(error) ?? String(error);
}

const UNUSABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such path',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'its disk is read-only',
  EEXIST: 'something else is there',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'it is a link that leads back to itself',
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** Why a path or an address cannot be used, in words where it is at fault; undefined where it is something else. */
export function unusable(error: unknown): string | undefined {
  return UNUSABLE[codeOf(error) ?? ''];
}

/** Why it cannot be used, for a sentence: in words, or what the system says of it. */
export function whyNot(error: unknown): string {
  return unusable(error) ?? codeOrText(error);
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
