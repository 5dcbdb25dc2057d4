/**
 * What is said when a delivered file as a whole cannot be taken: one sentence naming the file, the cause and the remedy.
 * It does not cover single rows, which are refused one by one and never stop the others.
 */
import { codeOf } from '../../core/error-code.ts';

/** A file that cannot be taken; nothing of it (or nothing more of it) has been read. The message never holds the file's content. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist: check the path and the spelling',
  ENOTDIR: 'does not exist: part of its path is not a folder',
  EISDIR: 'is a folder where a file is expected: name a file in it, or deliver the folder as a whole',
  EACCES: 'may not be read by this user: give read permission on it and on the folders above',
  EPERM: 'may not be read by this user: give read permission on it and on the folders above',
  ENAMETOOLONG: 'has too long a path: move it to a shorter one',
  ELOOP: 'is a symbolic link that leads back to itself: name the file itself',
};

/** The system's error about `file` as a SourceError; an error without a system code (a mistake of ours) comes back as it is. */
export function sourceError(file: string, error: unknown): unknown {
  if (error instanceof SourceError || !(error instanceof Error)) return error;
  const code = codeOf(error) ?? '';
  const remedy = remedies[code];
  if (remedy !== undefined) return new SourceError(`${file} ${remedy}`, { cause: error });
  if (!/^E[A-Z0-9]+$/.test(code)) return error;
  return new SourceError(
    `${file} could not be read (${code}): check the disk or the network drive, then deliver it again`,
    {
      cause: error,
    },
  );
}

/** The refusal of a file that is not the one it was a moment ago. */
export function changed(file: string): SourceError {
  return new SourceError(`${file} changed while it was being read; deliver it again when it is complete`);
}
