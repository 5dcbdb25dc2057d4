/** The reference's own calendar of one zone, by Intl alone. It shares nothing with src/core/calendar.ts. */

const QUARTER = 900_000;
const DAY = 86_400_000;

export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  readonly #starts = new Map<string, number>();

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** Milliseconds that local clocks are ahead of UTC. */
  offset(at: number): number {
    const quarter = Math.floor(at / QUARTER);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const name =
      this.#format.formatToParts(quarter * QUARTER).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const match = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name);
    if (match === null) throw new Error(`no offset in ${name}`);
    const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
    const offset = (match[1] === '-' ? -minutes : minutes) * 60_000;
    this.#offsets.set(quarter, offset);
    return offset;
  }

  day(at: number): string {
    return new Date(at + this.offset(at)).toISOString().slice(0, 10);
  }

  /** The first instant whose local date is `day` or later. */
  start(day: string): number {
    const known = this.#starts.get(day);
    if (known !== undefined) return known;
    let before = Date.parse(`${day}T00:00:00Z`) - 2 * DAY;
    let from = before + 4 * DAY;
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.day(middle) >= day) from = middle;
      else before = middle;
    }
    this.#starts.set(day, from);
    return from;
  }

  end(day: string): number {
    return this.start(nextDay(day));
  }

  /** A local time without an offset: the first of two; one that clocks leave out moves on by what they left out. */
  instant(local: number): number {
    return this.instants(local)[0] ?? local - this.offset(local - DAY);
  }

  /** Every instant at which local clocks show this local time: none in a gap, two in an overlap. */
  instants(local: number): number[] {
    const offsets = new Set([this.offset(local - DAY), this.offset(local + DAY)]);
    const found: number[] = [];
    for (const offset of offsets) if (this.offset(local - offset) === offset) found.push(local - offset);
    return found.sort((a, b) => a - b);
  }

  /** The instants after `from`, up to `to`, from which on local clocks are another offset ahead. */
  changes(from: number, to: number): number[] {
    const found: number[] = [];
    for (let day = from; day < to; day += DAY) {
      let [before, after] = [day, day + DAY];
      if (this.offset(before) === this.offset(after)) continue;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (this.offset(middle) === this.offset(day)) before = middle;
        else after = middle;
      }
      found.push(after);
    }
    return found;
  }

  /** SPEC 1: `yyyy-mm-dd hh:mm:ss` or with `T`, fractions to the millisecond, with or without an offset. */
  read(text: string): number | undefined {
    const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,3})?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
    if (match === null) return undefined;
    const iso = `${match[1]}T${match[2]}.${(match[3] ?? '.').slice(1).padEnd(3, '0')}Z`;
    const local = Date.parse(iso);
    if (Number.isNaN(local) || new Date(local).toISOString() !== iso) return undefined;
    const offset = match[4];
    if (offset === undefined) return this.instant(local);
    if (offset === 'Z') return local;
    const digits = offset.replace(':', '');
    const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3));
    return local - (digits.startsWith('-') ? -minutes : minutes) * 60_000;
  }

  /** `2013-12-10 18:08:02+08:00`, with milliseconds where there are some. */
  write(at: number): string {
    return spell(at, this.offset(at), ' ', ':');
  }
}

/** An instant on a clock that is `offset` ahead of UTC. */
export function spell(at: number, offset: number, between: ' ' | 'T', colon: ':' | ''): string {
  const iso = new Date(at + offset).toISOString();
  const minutes = Math.abs(offset) / 60_000;
  const two = (count: number): string => String(count).padStart(2, '0');
  const fraction = iso.endsWith('.000Z') ? '' : iso.slice(19, 23);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
  return `${iso.slice(0, 10)}${between}${iso.slice(11, 19)}${fraction}${zone}`;
}

export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
}

export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
