/** `cps verify-statement`: checks a statement that proves itself, without a database and without a network. */

import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { whyNot } from '../../core/error-code.ts';
import { isRoot } from '../../core/proof/anchors.ts';
import { readStatementProof, type StatementProof } from '../../core/proof/statement-proof.ts';
import { Refusal } from '../../core/refusal.ts';
import { proofFindings } from '../../core/verify/statement-proof.ts';
import { visible } from '../../formats/files/table.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World } from '../context.ts';
import { anchorsIn } from '../night/anchor.ts';

interface VerifyStatementOptions {
  readonly root?: string;
  readonly against?: string;
}

/** What fits into one text of the runtime, with some room. */
const LARGEST = 400_000_000;
/** Findings that are told one by one. */
const TOLD = 20;

export function registerVerifyStatement(program: Command, act: Act): void {
  program
    .command('verify-statement')
    .description('check a statement with its proof against the root of its night, offline')
    .argument('<file>', 'what cps statement --format json --proof wrote')
    .option('--root <root>', 'the root of the night that closed the month, from whoever keeps it')
    .option('--against <file>', 'a file of roots that cps anchor wrote')
    .addHelpText(
      'after',
      '\nExit code 1 when anything was altered. Take the root from somebody else than the file.\n\nExamples:\n  cps statement 1010 2013-12 --format json --proof > 1010.json\n  cps verify-statement 1010.json --against /elsewhere/anchors.txt',
    )
    .action(act(verifyStatement));
}

async function verifyStatement(
  world: World,
  common: Common,
  file: string,
  options: VerifyStatementOptions,
): Promise<Outcome> {
  const proof = await proofIn(file);
  const root = await rootFor(proof, options);
  const findings = proofFindings(proof, root);
  const { publisher, month, currency, closing, lines, way } = proof;
  const about = { publisher, month, night: way.night, currency, closing, lines: lines.length, root };
  answer(world, common, { proven: findings.length === 0, ...about, findings }, () => {
    if (findings.length > 0) {
      const more = findings.length > TOLD ? [`and ${findings.length - TOLD} more`] : [];
      return visible(`${file} is not proven:`).concat(
        '\n',
        [...findings.slice(0, TOLD), ...more].map((one) => `  ${visible(one)}\n`).join(''),
      );
    }
    const count = lines.length === 1 ? '1 line' : `${lines.length} lines`;
    return visible(
      `Proven: the statement of publisher ${publisher} for ${month}, ${count}, closing ${closing} ${currency}, is in the night of ${way.night} under the root ${root}.`,
    ).concat('\n');
  });
  return findings.length === 0 ? DONE : FINDINGS;
}

async function proofIn(file: string): Promise<StatementProof> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > LARGEST) throw new Refusal(`${file} is larger than ${LARGEST} bytes, more than this command reads`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${file} cannot be read (${whyNot(error)}): give what cps statement --format json --proof wrote`);
  }
  const proof = readStatementProof(parsed(text, file));
  if (typeof proof === 'string') throw new Refusal(`${file}: ${proof}`);
  return proof;
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(`${file} is no JSON: give what cps statement --format json --proof wrote`);
  }
}

async function rootFor(proof: StatementProof, { root, against }: VerifyStatementOptions): Promise<string> {
  if ((root === undefined) === (against === undefined)) {
    throw new Refusal('say which root to check against: either --root ROOT or --against FILE');
  }
  if (root !== undefined) {
    if (!isRoot(root.toLowerCase())) throw new Refusal(`${root} is no root: it has 64 hexadecimal digits`);
    return root.toLowerCase();
  }
  const { night } = proof.way;
  const anchor = (await anchorsIn(against ?? '')).find((one) => one.day === night);
  if (anchor === undefined) throw new Refusal(`${against} has no root of ${night}, the night that closed this month`);
  return anchor.root;
}
