/**
 * `cps anchor`: the roots of nights, to be kept where whoever rules the database cannot reach them (SPEC 13); and reading such
 * files, with what is wrong with one.
 */

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { codeOf, whyNot } from '../../core/error-code.ts';
import { type Anchor, anchorsText, isOfAudit, parseAnchors } from '../../core/proof/anchors.ts';
import { Refusal } from '../../core/refusal.ts';
import { writeWhole } from '../../filing/whole-file.ts';
import { Refused } from '../../night/run.ts';
import { hashesOfEntries } from '../../store/people/audit.ts';
import { nightRoots } from '../../store/proof/statement-proofs.ts';
import { dayOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, withBook } from '../context.ts';
import { writing } from '../output.ts';

interface AnchorOptions {
  readonly day?: string;
  readonly out?: string;
}

export function registerAnchor(program: Command, act: Act): void {
  program
    .command('anchor')
    .description("print the last night's root, and keep the roots of all nights and the audit's last hash in a file")
    .option('--day <day>', 'the root of this night instead of the last', dayOption)
    .option('--out <file>', 'compare with the roots in this file, then add those it has not')
    .addHelpText(
      'after',
      '\nKeep the file outside the database and beyond the reach of who rules it: cps verify --against FILE then finds\nwhatever was rebuilt. Exit code 1, and the file as it was, when a root in it is not that of this book.\n\nExamples:\n  cps anchor\n  cps anchor --out /elsewhere/anchors.txt\n  cps verify --against /elsewhere/anchors.txt',
    )
    .action(act(anchor));
}

async function anchor(world: World, common: Common, options: AnchorOptions): Promise<Outcome> {
  const { day, out } = options;
  const kept = out === undefined ? [] : ((await anchorsIfThere(out)) ?? []);
  return withBook(world, common, async ({ session }) => {
    const roots: Anchor[] = (await nightRoots(session)).map((night) => ({ day: night.day, root: night.root }));
    const last = roots.at(-1);
    const entries = await hashesOfEntries(
      session,
      kept.filter(isOfAudit).map((one) => one.day),
    );
    if (last === undefined) throw new Refused('no night has been run yet, so there is no root: cps run first');
    const asked = day === undefined ? last : roots.find((one) => one.day === day);
    if (asked === undefined)
      throw new Refusal(`${day} has no root: the nights run from ${roots[0]?.day} to ${last.day}`);
    const inBook = new Map<string, string>([...roots, ...entries].map((one) => [one.day, one.root]));
    const differ = kept.filter((one) => inBook.get(one.day) !== one.root);
    const isNew = (one: Anchor): boolean => !kept.some((known) => known.day === one.day);
    const added = [...roots.filter((one) => one.day <= asked.day), ...entries].filter(isNew);
    if (out !== undefined && differ.length === 0) {
      await writing(out, () => writeWhole(out, [anchorsText([...kept, ...added])]));
    }
    const document = { ...asked, file: out ?? null, added: differ.length === 0 ? added.length : 0, differ };
    answer(world, common, document, () => `${asked.day} ${asked.root}\n`);
    for (const one of differ) {
      const own = inBook.get(one.day);
      const has = own === undefined ? 'this book has no such night or entry' : `this book has ${own}`;
      world.stderr.write(
        `cps: ${out} keeps ${one.root} for ${one.day}, ${has}: what was booked or recorded has been changed since\n`,
      );
    }
    return differ.length === 0 ? DONE : FINDINGS;
  });
}

/**
 * Reads a file of anchors; undefined where there is none.
 * @throws Refusal, which names the file and what is wrong
 */
async function anchorsIfThere(path: string): Promise<Anchor[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Refusal(`${path} cannot be read (${whyNot(error)}): give the path of a file of anchors`);
  }
  const anchors = parseAnchors(text);
  if (typeof anchors === 'string') throw new Refusal(`${path}: ${anchors}`);
  return anchors;
}

/**
 * Reads a file of anchors that has to exist and to hold some.
 * @throws Refusal where it does not
 */
export async function anchorsIn(path: string): Promise<Anchor[]> {
  const anchors = await anchorsIfThere(path);
  if (anchors === undefined) throw new Refusal(`there is no file ${path}: cps anchor --out ${path} makes one`);
  if (anchors.length === 0) throw new Refusal(`${path} holds no anchor: cps anchor --out ${path} adds them`);
  return anchors;
}
