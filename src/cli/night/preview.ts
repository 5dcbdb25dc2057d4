/** Shows what a policy would have made of a past month before it is adopted, and asks whether to adopt it. */
import { createInterface } from 'node:readline/promises';
import type { Month } from '../../core/calendar.ts';
import { storyText } from '../../formats/story/text.ts';
import { whatIfStory } from '../../formats/whatif/story.ts';
import { whatIfDocument } from '../../formats/whatif/whatif.ts';
import { SPEECH } from '../../formats/words/index.ts';
import { Refused } from '../../night/run.ts';
import type { PolicyDraft } from '../../office/policies.ts';
import { previewOf } from '../../office/preview.ts';
import type { Book } from '../../store/night/book.ts';
import { type Common, type OpenDatabase, type World, watched } from '../context.ts';

export interface PreviewOptions {
  readonly yes?: true;
  readonly workers: number;
}

/** The answer to the question, and the document of what was shown, for an answer in JSON. */
interface Previewed {
  readonly adopt: boolean;
  readonly document: Record<string, unknown>;
}

/**
 * Shows what a draft would have made of the days of a month that were run, and asks whether to adopt it.
 * @throws Refusal where no day of the month was run; Refused where nobody can be asked and `--yes` was not given
 */
export async function preview(
  world: World,
  common: Common,
  { session, book, url }: OpenDatabase & { readonly book: Book },
  { draft, month }: { readonly draft: PolicyDraft; readonly month: Month },
  { yes, workers }: PreviewOptions,
): Promise<Previewed> {
  const order = { draft, month, url, workers };
  const found = await watched(world, 'lines', (line) =>
    previewOf(session, book, { ...order, onProgress: (count) => line.update(count) }),
  );
  const document = whatIfDocument(found, book.digits);
  if (common.json !== true) world.stdout.write(`${storyText(whatIfStory(found, SPEECH.en, book), book)}\n`);
  if (yes === true) return { adopt: true, document };
  if (common.json === true || !world.stdin.isTTY)
    throw new Refused('nobody can be asked whether to adopt it: repeat the command with --yes; nothing was adopted');
  const adopt = await asked(world, `Adopt the policy of ${draft.called}? [y/N] `);
  if (!adopt) world.stdout.write('Nothing was adopted.\n');
  return { adopt, document };
}

/** Asks on the terminal; only a yes is one. */
async function asked(world: World, question: string): Promise<boolean> {
  const terminal = createInterface({ input: world.stdin, output: world.stderr });
  try {
    const said = await Promise.race([
      terminal.question(question),
      new Promise<string>((done) => terminal.once('close', () => done(''))),
    ]);
    return /^y(es)?$/i.test(said.trim());
  } finally {
    terminal.close();
  }
}
