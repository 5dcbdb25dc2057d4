/**
 * The rows that raw statements of the store claim to give: each `sql<Row>` and `query<Row>` with the literal pieces of its
 * text, by which a statement that ran is known again, and what its row type lets each column be.
 */
import { relative } from 'node:path';
import {
  isCallExpression,
  isNoSubstitutionTemplateLiteral,
  isPropertyAccessExpression,
  isStringLiteral,
  isTaggedTemplateExpression,
  isTemplateExpression,
  type Node,
  type SourceFile,
  type TypeNode,
} from 'typescript/unstable/ast';
import { API, type Checker, type Type, TypeFlags } from 'typescript/unstable/sync';

/** A statement with the row type it claims. */
export interface Claim {
  /** Such as `src/store/bank/bank.ts:20`. */
  readonly where: string;
  /** The text between what is put in. */
  readonly pieces: readonly string[];
  /** Column -> the kinds of value its type allows, null left out. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

/** Every claim in the TypeScript files under a folder of the project at `root`. */
export function claimsIn(root: string, folder: string): Claim[] {
  const api = new API({ cwd: root });
  try {
    const config = `${root}/tsconfig.json`;
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error(`${config} is no project`);
    const { program, checker } = project;
    const found: Claim[] = [];
    for (const name of program.getSourceFileNames()) {
      const source = name.startsWith(`${root}/${folder}/`) ? program.getSourceFile(name) : undefined;
      if (source === undefined) continue;
      for (const { node, row, pieces } of typedStatements(source)) {
        const columns = columnsOf(row, checker);
        const line = source.text.slice(0, node.getStart(source)).split('\n').length;
        if (Object.keys(columns).length > 0) found.push({ where: `${relative(root, name)}:${line}`, pieces, columns });
      }
    }
    return found;
  } finally {
    api.close();
  }
}

interface TypedStatement {
  readonly node: Node;
  readonly row: TypeNode;
  readonly pieces: readonly string[];
}

/** A tag `sql` or a call of a method `query`, where either has a type argument. */
function typedStatements(source: SourceFile): TypedStatement[] {
  const found: TypedStatement[] = [];
  const look = (node: Node): void => {
    const [row, text] = isTaggedTemplateExpression(node)
      ? [node.typeArguments?.[0], node.template]
      : isCallExpression(node) && isPropertyAccessExpression(node.expression) && node.expression.name.text === 'query'
        ? [node.typeArguments?.[0], node.arguments[0]]
        : [];
    if (row !== undefined && text !== undefined) found.push({ node, row, pieces: piecesOf(text) });
    node.forEachChild(look);
  };
  look(source);
  return found.filter(({ pieces }) => pieces.length > 0);
}

function piecesOf(text: Node): string[] {
  if (isStringLiteral(text) || isNoSubstitutionTemplateLiteral(text)) return [text.text];
  if (!isTemplateExpression(text)) return [];
  return [text.head.text, ...text.templateSpans.map(({ literal }) => literal.text)];
}

function columnsOf(row: TypeNode, checker: Checker): Record<string, string[]> {
  const type = checker.getTypeFromTypeNode(row);
  if (type === undefined || type.flags & TypeFlags.BooleanLike) return {};
  if (!type.isObjectType() && !type.isIntersectionType() && !type.isUnionType()) return {};
  const kinds = checker.getPropertiesOfType(type).map((property): [string, string[]] => {
    const own = checker.getTypeOfSymbol(property);
    return [property.name, own === undefined ? ['?'] : kindsOf(own, checker)];
  });
  return Object.fromEntries(kinds);
}

const PLAIN: readonly (readonly [flags: TypeFlags, kind: string])[] = [
  [TypeFlags.AnyOrUnknown, 'unknown'],
  [TypeFlags.StringLike, 'string'],
  [TypeFlags.NumberLike, 'number'],
  [TypeFlags.BigIntLike, 'bigint'],
  [TypeFlags.BooleanLike, 'boolean'],
];

/** `string`, `number`, `bigint`, `boolean`, `Buffer`, lists of these as `string[]`, and `unknown`. */
function kindsOf(type: Type, checker: Checker): string[] {
  const members = type.isUnionType() ? type.getTypes() : [type];
  const kinds = members.flatMap((member): string[] => {
    if (member.flags & TypeFlags.Nullable) return [];
    const plain = PLAIN.find(([flags]) => member.flags & flags);
    if (plain !== undefined) return [plain[1]];
    if (checker.isArrayLikeType(member) && member.isTypeReference()) {
      return checker.getTypeArguments(member).flatMap((item) => kindsOf(item, checker).map((kind) => `${kind}[]`));
    }
    return [member.getSymbol()?.name ?? '?'];
  });
  return [...new Set(kinds)];
}
