/**
 * How the API holds: a book of a given size is made and run up to its last two nights; then 200 connections read what a
 * day reads, for a minute alone and for as long as a night runs beside them. Told are errors (none may be), p50, p99 and
 * how much slower the night was. `npm run load -- [--lines N] [--connections N] [--seconds N]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

const CPS = resolve(import.meta.dirname, '../../dist/main.js');
const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '60000' },
    connections: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
  },
});
const [lines, connections, seconds] = [values.lines, values.connections, values.seconds].map(Number);
/** The generated orders are of these days; what comes after them are receipts and refunds. */
const DAYS = 6;
const LAST = '2013-11-25';
const folder = await mkdtemp(join(tmpdir(), 'cps-load-'));
const data = join(folder, 'data');

/** Runs a command to its end; what it answered as JSON. */
async function cps(...args) {
  const child = spawn(process.execPath, [CPS, '--data', data, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  const [code] = await once(child, 'close');
  if (code > 1) throw new Error(`cps ${args.join(' ')} ended with ${code}`);
  return text === '' ? {} : JSON.parse(text);
}

const dayBefore = (day, days) => new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);

async function makeBook() {
  await cps('init');
  const feeds = join(folder, 'feeds');
  await cps('generate', '--lines', String(lines), '--seed', '1', '--days', String(DAYS), '--out', feeds);
  await cps('ingest', feeds);
  await cps('run', '--through', dayBefore(LAST, 2), '--workers', '2');
}

/** A server of its own process; `stop` ends it as an operator would. */
async function serve() {
  const child = spawn(process.execPath, [CPS, '--data', data, '--json', 'serve', '--port', '0', '--rate', '10000000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { address } = JSON.parse(String(line));
  const stop = async () => {
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the server ended with ${code}`);
  };
  return { address, stop };
}

/** Requests of a day, each with the key of who asks, as often as they stand here. */
async function dayOf(address) {
  const key = async (...args) => (await cps('key', 'create', '--name', 'load', ...args)).key;
  const staff = await key('--role', 'operator');
  const get = async (path, by) => {
    const answer = await fetch(address + path, { headers: { authorization: `Bearer ${by}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const through = dayBefore(LAST, 2);
  const { items } = await get(`/v1/attributions?from=${through}&outcome=attributed&limit=500`, staff);
  const parties = { publisher: new Map(), seller: new Map() };
  for (const { publisher, seller, orderLine } of items) {
    parties.publisher.set(publisher, [...(parties.publisher.get(publisher) ?? []), orderLine]);
    parties.seller.set(seller, [...(parties.seller.get(seller) ?? []), orderLine]);
  }
  const requests = [
    ['/v1/book', staff],
    ['/v1/runs?limit=10', staff],
    [`/v1/attributions?from=${through}&limit=100`, staff],
    ['/v1/deductions?limit=100', staff],
  ];
  for (const [role, known] of Object.entries(parties)) {
    const most = [...known].sort(([, a], [, b]) => b.length - a.length).slice(0, 6);
    for (const [party, own] of most) {
      const by = await key('--role', role, '--party', party);
      requests.push(['/v1/me', by], [`/v1/attributions?from=${through}&limit=100`, by]);
      for (const line of own.slice(0, 4)) requests.push([`/v1/order-lines/${line}/explanation`, by]);
      const month = role === 'publisher' ? `/v1/publishers/${party}/statements` : `/v1/sellers/${party}/deductions`;
      requests.push([`${month}/2013-11`, by], [`${month}/2013-11?format=csv`, by]);
    }
  }
  return requests.map(([path, by]) => ({ method: 'GET', path, headers: { authorization: `Bearer ${by}` } }));
}

/** Reads for so many seconds, or until `until` settles. */
async function read(address, requests, duration, until) {
  const run = autocannon({
    url: address,
    connections,
    duration,
    timeout: 60,
    setupClient: (client) => {
      const from = Math.floor(Math.random() * requests.length);
      client.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
    },
  });
  until?.finally(() => run.stop());
  return run;
}

function tell(what, { requests, latency, errors, timeouts, non2xx, duration }) {
  const failed = errors + timeouts + non2xx;
  console.log(
    `${what}: ${requests.total} answers in ${duration} s (${requests.average} a second), errors ${failed}, ` +
      `p50 ${latency.p50} ms, p99 ${latency.p99} ms, longest ${latency.max} ms`,
  );
  return failed;
}

const nightOf = async (day) => {
  const { nights, seconds: took } = await cps('run', '--through', day, '--workers', '2');
  const { attributed, unattributed, settled } = nights[0].counts;
  return { seconds: Number(took), lines: attributed + unattributed + settled };
};

try {
  console.log(`A book of ${lines} lines in ${DAYS} days; ${connections} connections.`);
  await makeBook();
  const quiet = await nightOf(dayBefore(LAST, 1));
  const server = await serve();
  try {
    const requests = await dayOf(server.address);
    let failed = tell('Reads alone', await read(server.address, requests, seconds));
    const running = nightOf(LAST);
    failed += tell('Reads beside a night', await read(server.address, requests, 3600, running));
    const busy = await running;
    const perLine = (night) => night.seconds / night.lines;
    console.log(
      `The night alone: ${quiet.seconds} s for ${quiet.lines} lines; beside the reads: ${busy.seconds} s for ${busy.lines} lines,`,
    );
    console.log(`${(perLine(busy) / perLine(quiet)).toFixed(1)} times as long a line.`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await server.stop();
  }
} finally {
  await cps('stop').catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}
