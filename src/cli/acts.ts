/**
 * The commands that do acts, made from their declarations: arguments and options from the fields, who does it from `--as`.
 * What an act is, what it checks and what it says is in src/office/acts.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Argument, type Command, Option } from 'commander';
import { whyNot } from '../core/error-code.ts';
import { quote } from '../core/feeds/feed.ts';
import { Refusal } from '../core/refusal.ts';
import { type Act, type CommandForm, perform } from '../office/acts/act.ts';
import type { Field } from '../office/acts/field.ts';
import { ACTS } from '../office/acts/index.ts';
import { Expected, momentOf, NO_TERMS } from './checks.ts';
import type { Act as Acting, Register } from './command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from './context.ts';
import { byOption, commandDoor, personAsked, personNamed } from './person.ts';

type Options = Readonly<Record<string, unknown>>;

/** A form of a command with the act that it does. */
interface Way {
  readonly act: Act;
  readonly form: CommandForm;
}

const WAYS: readonly Way[] = ACTS.flatMap((act) =>
  'none' in act.commands ? [] : act.commands.map((form) => ({ act, form })),
);

/** Adds the commands of acts whose words begin so; of two words the first is a command of its own, with a description. */
export function actCommands(first: string, does?: string): Register {
  return (program, acting) => {
    addActs(program, acting, first, does);
  };
}

/** The same, and answers with the command that they belong to. */
export function addActs(program: Command, acting: Acting, first: string, does = ''): Command {
  const ways = WAYS.filter(({ form }) => form.words.split(' ')[0] === first);
  const parent = ways.some(({ form }) => form.words !== first) ? program.command(first).description(does) : program;
  for (const words of new Set(ways.map(({ form }) => form.words))) {
    addCommand(
      parent,
      acting,
      ways.filter(({ form }) => form.words === words),
    );
  }
  return parent;
}

/** Adds one command, whichever of its ways its options ask for. */
function addCommand(parent: Command, acting: Acting, ways: readonly Way[]): void {
  const [one] = ways;
  if (one === undefined) return;
  const { form } = one;
  const command = parent.command(form.words.split(' ').at(-1) ?? '').description(form.does);
  for (const name of form.arguments ?? []) command.addArgument(argumentOf(name, fieldOf(one, name)));
  for (const option of optionsOf(ways)) command.addOption(option);
  const [at, when] = form.at;
  command.option(`${at} <moment>`, when).addOption(byOption());
  const examples = ways.map((way) => `  ${way.form.examples}`).join('\n');
  const who = [...new Set(ways.map((way) => way.form.by))].join(', or ');
  command.addHelpText('after', `\n--as names ${who}.\n\nExamples:\n${examples}`);
  command.action(
    acting((world: World, common: Common, ...rest: unknown[]) => {
      const given = { ...(rest.at(-1) as Options) };
      for (const [i, name] of (form.arguments ?? []).entries()) given[name] = rest[i];
      return doAct(world, common, chosen(ways, given), given);
    }),
  );
}

function fieldOf({ act, form }: Way, name: string): Field {
  const field = act.fields[name];
  if (field === undefined) throw new Error(`${form.words}: the act ${act.name} has no field ${name}`);
  return field;
}

function argumentOf(name: string, field: Field): Argument {
  return new Argument(`<${kebab(name)}>`, field.help);
}

/** An option as it is collected from the ways of a command. */
interface Asked {
  readonly flags: string;
  readonly help: string;
  readonly field: Field | null;
  readonly ways: Way[];
  readonly isNeeded: boolean;
  readonly sets: Options;
}

/** Every option of a command's ways; what only some of them take is in conflict with what asks for another. */
function optionsOf(ways: readonly Way[]): Option[] {
  const asked = new Map<string, Asked>();
  const add = (way: Way, name: string, of: Omit<Asked, 'ways'>): void => {
    const known = asked.get(name);
    if (known === undefined) asked.set(name, { ...of, ways: [way] });
    else known.ways.push(way);
  };
  for (const way of ways) {
    const { act, form } = way;
    const told = [...(form.arguments ?? []), ...Object.keys(form.fixed ?? {}), ...setsOf(form)];
    for (const [name, field] of Object.entries(act.fields)) {
      if (told.includes(name)) continue;
      const option = optionName(form, name);
      add(way, option, {
        flags: `--${kebab(option)}${placeholderOf(field)}`,
        help: field.help,
        field,
        isNeeded: field.isOptional !== true,
        sets: {},
      });
    }
    for (const [name, { help, sets }] of Object.entries(form.flags ?? {}))
      add(way, name, { flags: `--${kebab(name)}`, help, field: null, isNeeded: false, sets });
  }
  return [...asked].map(([name, of]) => optionOf(name, of, asked, ways));
}

function optionOf(name: string, of: Asked, all: ReadonlyMap<string, Asked>, ways: readonly Way[]): Option {
  const option = new Option(of.flags, of.help);
  if (of.isNeeded && of.ways.length === ways.length) option.makeOptionMandatory();
  if (of.field?.choices !== undefined && of.field.kind === 'choice') option.choices(of.field.choices);
  else if (of.field !== null && isReadAtOnce(of.field)) option.argParser(reader(of.field));
  const others = [...all].filter(([other, { ways: theirs, sets }]) => {
    const isOfOthers = !theirs.some((way) => of.ways.includes(way));
    const isSame = other !== name && Object.keys(sets).some((field) => field in of.sets);
    return isOfOthers || isSame;
  });
  return option.conflicts(others.map(([other]) => other));
}

/** What needs nothing of the book is read as it is typed. */
function isReadAtOnce({ kind }: Field): boolean {
  return kind === 'count' || kind === 'line';
}

function reader(field: Field): (text: string) => string {
  return (text) => {
    if (field.read(text, NO_TERMS) === undefined) throw new Expected(field.expected);
    return text;
  };
}

const setsOf = (form: CommandForm): string[] =>
  Object.values(form.flags ?? {}).flatMap(({ sets }) => Object.keys(sets));
const optionName = (form: CommandForm, field: string): string => form.named?.[field] ?? field;
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function placeholderOf({ kind }: Field): string {
  if (kind === 'switch') return '';
  return kind === 'digests' ? ' <file...>' : kind === 'digest' ? ' <file>' : ` <${kind === 'words' ? 'text' : kind}>`;
}

/** The way that the options ask for. @throws Refusal where they ask for none */
function chosen(ways: readonly Way[], given: Options): Way {
  const named = ways.find(({ form }) => form.when !== undefined && given[form.when] !== undefined);
  const way = named ?? ways.find(({ form }) => form.when === undefined);
  const missing = way === undefined ? undefined : missingOf(way, given);
  if (way !== undefined && missing === undefined) return way;
  const { otherwise } = ways.find(({ form }) => form.otherwise !== undefined)?.form ?? {};
  throw new Refusal(otherwise ?? missing ?? 'say what is to be done');
}

/** What a way needs and was not told. */
function missingOf({ act, form }: Way, given: Options): string | undefined {
  const told = [...(form.arguments ?? []), ...Object.keys(form.fixed ?? {})];
  const flagged = Object.entries(form.flags ?? {}).flatMap(([flag, { sets }]) =>
    given[flag] === undefined ? [] : Object.keys(sets),
  );
  const missing = Object.entries(act.fields).find(
    ([name, { isOptional }]) =>
      isOptional !== true &&
      !told.includes(name) &&
      !flagged.includes(name) &&
      given[optionName(form, name)] === undefined,
  );
  return missing === undefined ? undefined : `say --${kebab(optionName(form, missing[0]))}: ${missing[1].help}`;
}

/** Does an act as its command's options say, and tells what came of it. */
async function doAct(world: World, common: Common, { act, form }: Way, options: Options): Promise<Outcome> {
  // Who has to be named is asked for before anything is looked at.
  const named = form.byField === undefined ? personAsked(world, common, form.by) : personNamed(world, common);
  return withBook(world, common, async ({ session, book }) => {
    const [flag] = form.at;
    const at = momentOf(flag, textOf(options[flag === '--at' ? 'at' : 'asOf']), book.calendar, world.now());
    const flagged = Object.entries(form.flags ?? {}).filter(([name]) => options[name] !== undefined);
    const said = Object.assign({}, form.fixed, ...flagged.map(([, { sets }]) => sets)) as Options;
    const given: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(act.fields)) {
      const option = optionName(form, name);
      const flagOf = form.arguments?.includes(name) === true ? option : `--${kebab(option)}`;
      given[name] = name in said ? said[name] : await valueGiven(flagOf, field, options[option], book);
    }
    const by = named ?? textOf(given[form.byField ?? '']) ?? world.user;
    const { answer: document } = await perform(session, commandDoor(world, form.words, by, at), act, given);
    answer(world, common, document, () => act.text(document, book));
    return DONE;
  });
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A field's value as typed; null where nothing was. @throws Refusal for a text that is no such value */
export async function valueGiven(flag: string, field: Field, typed: unknown, terms: Parameters<Field['read']>[1]) {
  if (field.kind === 'switch') return typed === true ? true : null;
  if (typed === undefined) return null;
  if (field.kind === 'digest') return digestOf(flag, String(typed));
  if (field.kind === 'digests') return Promise.all((typed as readonly string[]).map((path) => digestOf(flag, path)));
  const text = String(typed);
  const value = field.read(text, terms);
  // A blank text is refused where the act is done, as at every door.
  if (value === undefined && field.kind === 'words') return text;
  if (value === undefined) throw new Refusal(`${flag} is ${quote(text)}: it must be ${field.expected}`);
  return value;
}

/** The SHA-256 of a file, in hex. */
async function digestOf(flag: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    const what = flag.replace(/^--/, '');
    throw new Refusal(`the ${what} ${path} cannot be read (${whyNot(error)}): give the path of a file`);
  }
  return hash.digest('hex');
}
