/**
 * Puts the operations of an OpenAPI document into a client in TypeScript: a type for each of them. The rest of the client,
 * one function on `fetch` that calls them, is written by hand in published/cps-client.ts.
 */

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

interface Operation {
  readonly summary: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: Schema }>> };
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema?: Schema }>> }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The operations in the source of a client. */
const OPERATIONS = /^export interface Operations \{\n.*?^\}\n/ms;

/** The source of the client with the operations of a document in place of those it had. */
export function clientSource(document: unknown, client: string): string {
  const { paths } = document as OpenApi;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => operationText(`${method.toUpperCase()} ${path}`, one)),
  );
  return client.replace(OPERATIONS, () => `export interface Operations {\n${operations.join('')}}\n`);
}

function operationText(name: string, one: Operation): string {
  const of = (place: string): string => {
    const some = one.parameters.filter((parameter) => parameter.in === place);
    return fieldsText(some.map(({ name, required, schema }) => [name, required, schema] as const));
  };
  const contents = Object.entries(one.requestBody?.content ?? {});
  const bodies = contents.map(([type, { schema }]) =>
    type === 'application/json' && schema !== undefined ? typeText(schema) : 'string | Uint8Array<ArrayBuffer>',
  );
  const body = bodies.length === 0 ? 'undefined' : [...new Set(bodies)].join(' | ');
  const good = Object.entries(one.responses).find(([status]) => status.startsWith('2'))?.[1].content ?? {};
  const schema = good['application/json']?.schema;
  const answer = schema === undefined ? 'unknown' : typeText(schema);
  return `  /** ${one.summary} */\n  '${name}': { path: ${of('path')}; query: ${of('query')}; body: ${body}; answer: ${answer} };\n`;
}

function fieldsText(fields: readonly (readonly [name: string, required: boolean, schema: Schema])[]): string {
  if (fields.length === 0) return 'Record<never, never>';
  const texts = fields.map(
    ([name, required, schema]) => `${nameText(name)}${required ? '' : '?'}: ${typeText(schema)}`,
  );
  return `{ ${texts.join('; ')} }`;
}

const nameText = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `'${name}'`);

function typeText(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((word) => `'${String(word)}'`).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' | ');
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `readonly (${typeText(schema.items ?? {})})[]`;
    case 'object':
      return objectText(schema);
    default:
      return 'unknown';
  }
}

function objectText({ properties, required = [], patternProperties }: Schema): string {
  if (properties !== undefined)
    return fieldsText(
      Object.entries(properties).map(([name, schema]) => [name, required.includes(name), schema] as const),
    );
  const [value] = Object.values(patternProperties ?? {});
  return `Readonly<Record<string, ${value === undefined ? 'unknown' : typeText(value)}>>`;
}
