/** What somebody asked for is not as it should be, said in one sentence: what, why, what to do. Nothing was changed. */
export class UsageError extends Error {}

/** What was asked about is not there, or is not the asker's to know of. */
export class NotThere extends UsageError {}
