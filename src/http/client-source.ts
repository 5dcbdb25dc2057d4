/**
 * A client in TypeScript, made from an OpenAPI document: a type for each operation, and one function on `fetch` that calls
 * them. It knows JSON answers and texts; files come as they are.
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

/** The source of the client. */
export function clientSource(document: unknown): string {
  const { paths } = document as OpenApi;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => operationText(`${method.toUpperCase()} ${path}`, one)),
  );
  return `${HEAD}export interface Operations {\n${operations.join('')}}\n${CALL}`;
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

const HEAD = `/** A client of the CPS settlement API, made from docs/openapi.json: UPDATE=1 npx vitest run test/api/openapi.test.ts. */

`;

const CALL = `
export type OperationName = keyof Operations;

/** An answer that is a problem (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly type: string;
  readonly detail: string;

  constructor(problem: { readonly status: number; readonly type: string; readonly title: string; readonly detail: string }) {
    super(\`\${problem.title}: \${problem.detail}\`);
    this.status = problem.status;
    this.type = problem.type;
    this.detail = problem.detail;
  }
}

export type Call = <K extends OperationName>(
  operation: K,
  given?: { path?: Operations[K]['path']; query?: Operations[K]['query']; body?: Operations[K]['body']; headers?: Record<string, string> },
) => Promise<Operations[K]['answer']>;

/** Makes the function that calls operations of a server with a key or token. */
export function client(server: string, key: string): Call {
  return async (operation, given = {}) => {
    const [method = 'GET', template = ''] = operation.split(' ');
    const { path = {}, query = {}, body, headers = {} } = given;
    const address = template.replace(/\\{(\\w+)\\}/g, (_, name: string) =>
      encodeURIComponent((path as Record<string, string>)[name] ?? ''),
    );
    const asked = Object.entries(query as Record<string, string | undefined>).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const search = asked.length === 0 ? '' : \`?\${new URLSearchParams(asked)}\`;
    const isJson = body !== undefined && typeof body === 'object' && Object.getPrototypeOf(body) === Object.prototype;
    const answer = await fetch(\`\${server}\${address}\${search}\`, {
      method,
      headers: { authorization: \`Bearer \${key}\`, ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string | Uint8Array<ArrayBuffer>) }),
    });
    const type = answer.headers.get('content-type') ?? '';
    if (!answer.ok) throw new ApiProblem((await answer.json()) as ConstructorParameters<typeof ApiProblem>[0]);
    return (type.startsWith('application/json') ? await answer.json() : await answer.text()) as never;
  };
}
`;
