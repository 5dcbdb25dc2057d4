// A bench's figures: gathered part by part, shown as a table, kept as JSON.
import { table } from '../../src/formats/files/table.ts';
import type { Part } from './options.ts';

export interface Figure {
  readonly part: Part;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The yardstick in the same unit, and the value as a share of it. */
  readonly floor?: number;
  readonly ratio?: number;
  readonly target?: string;
}

export class Figures {
  readonly all: Figure[] = [];
  /** What stands behind the figures, by part: for the JSON only. */
  readonly details: Record<string, unknown> = {};

  add(part: Part, name: string, value: number, unit: string, more: { floor?: number; target?: string } = {}): void {
    const ratio = more.floor === undefined || more.floor === 0 ? {} : { ratio: value / more.floor };
    this.all.push({ part, name, value, unit, ...more, ...ratio });
  }

  /** The figures of a part from the `from`-th on, as a table. */
  text(from = 0): string {
    const right = (title: string) => ({ title, align: 'right' as const });
    const columns = [{ title: 'part' }, { title: 'figure' }, right('value'), { title: 'unit' }];
    const more = [right('floor'), right('ratio'), { title: 'target' }];
    const rows = this.all.slice(from).map((one) => {
      const floor = one.floor === undefined ? '' : shown(one.floor);
      const ratio = one.ratio === undefined ? '' : one.ratio.toFixed(2);
      return [one.part, one.name, shown(one.value), one.unit, floor, ratio, one.target ?? ''];
    });
    return table([...columns, ...more], rows);
  }
}

function shown(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(2);
}
