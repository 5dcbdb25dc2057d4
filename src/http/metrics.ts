/** What a server counts of itself, and metrics as Prometheus reads them. It knows neither the book nor any route. */

/** Upper ends of the spans that answers are sorted into, in seconds. */
const SPANS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

interface Counted {
  readonly labels: string;
  readonly spans: number[];
  count: number;
  seconds: number;
}

/** One metric: its name, what it is, and its values by labels written as Prometheus writes them. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly values: readonly (readonly [labels: string, value: number | bigint | string])[];
}

/** A label, its value made safe. */
export function label(name: string, value: string): string {
  const safe = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `${name}="${safe}"`;
}

/** Metrics as text. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, type, values }) => {
      const lines = values.map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

/** Counts answers by method, route and status, and how long they took. */
export class Meter {
  readonly #counted = new Map<string, Counted>();

  answered(method: string, route: string, status: number, seconds: number): void {
    const labels = [label('method', method), label('route', route), label('status', String(status))].join(',');
    let one = this.#counted.get(labels);
    if (one === undefined) {
      one = { labels, spans: SPANS.map(() => 0), count: 0, seconds: 0 };
      this.#counted.set(labels, one);
    }
    one.count++;
    one.seconds += seconds;
    const at = SPANS.findIndex((end) => seconds <= end);
    if (at >= 0) one.spans[at] = (one.spans[at] ?? 0) + 1;
  }

  /** The histogram of answers. */
  text(): string {
    const name = 'cps_http_request_seconds';
    let text = `# HELP ${name} How long answers took.\n# TYPE ${name} histogram\n`;
    for (const { labels, spans, count, seconds } of this.#counted.values()) {
      let sum = 0;
      SPANS.forEach((end, at) => {
        sum += spans[at] ?? 0;
        text += `${name}_bucket{${labels},le="${end}"} ${sum}\n`;
      });
      text += `${name}_bucket{${labels},le="+Inf"} ${count}\n`;
      text += `${name}_sum{${labels}} ${seconds}\n${name}_count{${labels}} ${count}\n`;
    }
    return text;
  }
}
