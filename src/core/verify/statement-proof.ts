/**
 * Checks a statement that proves itself against a root that came another way (SPEC 13): each line against its event, the
 * lines against the statement, the statement against the root. It says what does not fit, and where.
 */
import { monthOf } from '../calendar.ts';
import { sha256OfHashes } from '../digest.ts';
import type { EventType } from '../events/event.ts';
import { recordOf } from '../events/index.ts';
import { statementSubject } from '../ids.ts';
import { formatMoney, type Money, parseSum } from '../money.ts';
import { type Movements, movementsOf } from '../month/statement.ts';
import { leafOf, rootThrough } from '../proof/merkle.ts';
import { bookRoot, partitionLeaf } from '../proof/night-tree.ts';
import { LOG_FORMAT, OPENED_AT } from '../proof/opened.ts';
import { entryOf, eventIn, hashOf, movedFor, type SealedEvent } from '../proof/sealed.ts';
import type { ProvenLine, StatementProof } from '../proof/statement-proof.ts';

/**
 * What does not fit, a sentence each; none where the statement is proven.
 * @param root of the night that closed the month, in hex
 */
export function proofFindings(proof: StatementProof, root: string): string[] {
  const check = new ProofCheck(proof);
  check.terms();
  check.lines();
  check.statement();
  check.way(root);
  return check.findings;
}

class ProofCheck {
  readonly findings: string[] = [];
  readonly #proof: StatementProof;
  readonly #moved: (readonly [EventType, Money])[] = [];
  readonly #hashes: string[] = [];
  #balance = 0n;

  constructor(proof: StatementProof) {
    this.#proof = proof;
  }

  #find(holds: boolean, sentence: () => string): void {
    if (!holds) this.findings.push(sentence());
  }

  #money(amount: Money): string {
    return formatMoney(amount, this.#proof.digits);
  }

  /** An amount as it is written; 0, and a finding, where it is none. */
  #amount(text: string, what: string): Money {
    const amount = parseSum(text, this.#proof.digits);
    const exact = amount !== undefined && this.#money(amount) === text;
    this.#find(exact, () => `${what} is ${text}, which is no amount with ${this.#proof.digits} decimals`);
    return amount ?? 0n;
  }

  /** What the book was opened with is what the document is told in. */
  terms(): void {
    const { opened, currency, digits, zone, way } = this.#proof;
    const name = 'the opening of the book';
    this.#sealed(name, opened);
    const { partition, position } = OPENED_AT;
    const isFirst = opened.partition === partition && opened.position === position;
    const event = isFirst ? eventIn(opened, digits) : undefined;
    if (event?.type !== 'BookOpened') {
      this.findings.push(`${name} is no event that opens one`);
      return;
    }
    const { body } = event;
    const same = (what: string, said: string | number, sealed: string | number): void =>
      this.#find(said === sealed, () => `the file is told in the ${what} ${said}, its book in ${sealed}`);
    same('format', LOG_FORMAT, body.format);
    same('currency', currency, body.currency);
    same('digits', digits, body.digits);
    same('zone', zone, body.zone);
    this.#find(
      way.partitions === body.partitions,
      () => `the way is of ${way.partitions} partitions, the book has ${body.partitions}`,
    );
  }

  lines(): void {
    this.#balance = this.#amount(this.#proof.opening, 'the opening');
    let before = '';
    for (const [at, line] of this.#proof.lines.entries()) {
      const name = `line ${at + 1} (${line.entry})`;
      this.#find(line.entry > before, () => `${name} is out of its order: it stands after ${before}`);
      this.#line(name, line);
      before = line.entry;
    }
  }

  #line(name: string, { entry, amount, balance, event: sealed }: ProvenLine): void {
    const { publisher, month } = this.#proof;
    this.#sealed(name, sealed);
    this.#hashes.push(hashOf(sealed));
    const own = entryOf(sealed);
    this.#find(own === entry, () => `${name} is another entry by its event: ${own}`);
    this.#find(monthOf(sealed.business_day) === month, () => `${name} is of ${sealed.business_day}, not of ${month}`);
    const isOwn = sealed.publisher_id === publisher;
    this.#find(isOwn, () => `${name} is of publisher ${sealed.publisher_id}, not of ${publisher}`);
    const event = eventIn(sealed, this.#proof.digits);
    this.#find(event !== undefined, () => `${name} has a body that no ${sealed.type} has`);
    if (event === undefined || !isOwn) return;
    const posts = recordOf(event.type).statement !== undefined && (event.sellerId !== null || !hasSeller(event.type));
    const moved = posts ? movedFor(event, publisher) : 0n;
    this.#find(moved !== 0n, () => `${name} moved nothing on the payable of ${publisher}`);
    if (moved === 0n) return;
    this.#moved.push([event.type, moved]);
    this.#balance += moved;
    this.#find(amount === this.#money(moved), () => `${name} says ${amount}, its event moved ${this.#money(moved)}`);
    this.#find(
      balance === this.#money(this.#balance),
      () => `${name} says the balance ${balance}, the lines come to ${this.#money(this.#balance)}`,
    );
  }

  #sealed(name: string, sealed: SealedEvent): void {
    const hash = hashOf(sealed);
    this.#find(
      hash === sealed.hash,
      () => `${name} was altered: its event comes to the hash ${hash}, not ${sealed.hash}`,
    );
  }

  statement(): void {
    const { publisher, month, opening, closing, lines, statement: sealed, digits } = this.#proof;
    const name = 'the statement';
    this.#sealed(name, sealed);
    const event = eventIn(sealed, digits);
    if (event?.type !== 'StatementIssued') {
      this.findings.push(`${name} is no event of a statement`);
      return;
    }
    const { body } = event;
    const subject = statementSubject(publisher, month);
    const isIts = event.publisherId === publisher && body.month === month && event.subject === subject;
    this.#find(isIts, () => `${name} is of ${event.subject}, not of ${subject}`);
    const same = (what: string, said: string, stated: Money): void =>
      this.#find(said === this.#money(stated), () => `${what} is ${said}, ${name} has ${this.#money(stated)}`);
    same('the opening', opening, body.opening);
    same('the closing', closing, body.closing);
    same('the balance after the last line', this.#money(this.#balance), body.closing);
    const sums = movementsOf(this.#moved);
    for (const [column, sum] of Object.entries(sums))
      same(`the sum of ${column}`, this.#money(sum), body[column as keyof Movements]);
    const count = (of: number): string => (of === 1 ? '1 line' : `${of} lines`);
    this.#find(
      body.lines.count === lines.length,
      () => `${name} has ${count(body.lines.count)}, the file ${lines.length}`,
    );
    this.#find(
      body.lines.digest === sha256OfHashes(this.#hashes),
      () => `the lines are not those of ${name}: a line was altered, added, taken out or moved`,
    );
  }

  /** The statement is in its night, and the night's root is the one given. */
  way(root: string): void {
    const { statement, opened, way, digits } = this.#proof;
    const { partition, index, path, partitions, above } = way;
    this.#find(way.night === statement.business_day, () => `the way is of ${way.night}, not ${statement.business_day}`);
    this.#find(partition.partition === statement.partition, () => `the way is of partition ${partition.partition}`);
    this.#find(
      index === statement.position - (partition.position - partition.events + 1),
      () => `the way is of event ${index + 1} of its night, where the statement is not`,
    );
    const hex = (hashes: readonly string[]): Buffer[] => hashes.map((hash) => Buffer.from(hash, 'hex'));
    const leaf = leafOf(Buffer.from(hashOf(statement), 'hex'));
    const tree = rootThrough(leaf, index, partition.events, hex(path))?.toString('hex');
    const amount = this.#amount(partition.amount, 'the sum of transfers');
    const tally = { ...partition, amount, tree: tree ?? '' };
    const own = partitionLeaf(partition, tally, digits);
    const all = tree && rootThrough(own, partition.partition, partitions, hex(above))?.toString('hex');
    const found = all && bookRoot(hashOf(opened), all);
    if (found === undefined) {
      this.findings.push('the way from the statement to the root has not as many steps as it should');
      return;
    }
    this.#find(
      found === root,
      () => `the statement is not in the night of that root: its way comes to ${found}, not ${root}`,
    );
    this.#find(way.root === root, () => `the file names the root ${way.root}, not ${root}`);
  }
}

function hasSeller(type: EventType): boolean {
  return type.startsWith('Commission');
}
