/**
 * Instants, business days and months of a book's zone (SPEC 1). Instants are milliseconds since 1970 UTC, days are
 * `yyyy-mm-dd`, months `yyyy-mm`. Nothing here reads a clock or the host's zone: the zone is always given.
 */
import { TZDate } from '@date-fns/tz';
import * as dates from 'date-fns';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;
/** A calendar day `yyyy-mm-dd` in the book's zone, half-open. */
export type Day = string;
/** A calendar month `yyyy-mm`. */
export type Month = string;

const SECOND = 1000;
export const DAY_LENGTH = 86_400_000;
const FIRST_YEAR = 1990;
const LAST_YEAR = 2099;

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);
const dayText = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);
const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

/** True for an existing day `yyyy-mm-dd` of the years 1990 to 2099. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const ms = dayNumber(text);
  return !Number.isNaN(ms) && dayText(ms) === text && year >= FIRST_YEAR && year <= LAST_YEAR;
}

/** True for a month `yyyy-mm` of the years 1990 to 2099. */
export function isMonth(text: string): boolean {
  return /^\d{4}-\d\d$/.test(text) && isDay(`${text}-01`);
}

const utc = (day: Day): TZDate => new TZDate(dayNumber(day), 'UTC');

/** The day so many days later; earlier where `days` is below 0. */
export function addDays(day: Day, days: number): Day {
  return dayText(dayNumber(day) + days * DAY_LENGTH);
}

/** How many days one day is after another. */
export function daysBetween(from: Day, to: Day): number {
  return (dayNumber(to) - dayNumber(from)) / DAY_LENGTH;
}

/** The month a day lies in. */
export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

export function nextMonth(month: Month): Month {
  return monthOf(dayText(dates.addMonths(utc(firstDayOf(month)), 1).getTime()));
}

/** The first day of a month. */
export function firstDayOf(month: Month): Day {
  return `${month}-01`;
}

/** The last day of a month. */
export function lastDayOf(month: Month): Day {
  return dayText(dates.lastDayOfMonth(utc(firstDayOf(month))).getTime());
}

export function dayOfMonth(day: Day): number {
  return Number(day.slice(8, 10));
}

const SECONDS = Array.from({ length: 3600 }, (_, second) => `${two(Math.floor(second / 60))}:${two(second % 60)}`);
const MOST_DAYS = 10_000;
const dayTexts = new Map<number, Day>();

function textOfDay(day: number): Day {
  let text = dayTexts.get(day);
  if (text === undefined) {
    if (dayTexts.size >= MOST_DAYS) dayTexts.clear();
    text = dayText(day * DAY_LENGTH);
    dayTexts.set(day, text);
  }
  return text;
}

/**
 * `2013-12-10T10:08:02.123Z`: how events and the database write an instant. It keeps the days it has written, as a
 * night writes millions of instants of few days.
 */
export function isoOf(at: Instant): string {
  const day = Math.floor(at / DAY_LENGTH);
  const inDay = at - day * DAY_LENGTH;
  const seconds = Math.floor(inDay / SECOND);
  const thousandths = inDay - seconds * SECOND;
  const fraction = thousandths === 0 ? '000' : String(thousandths).padStart(3, '0');
  return `${textOfDay(day)}T${two(Math.floor(seconds / 3600))}:${SECONDS[seconds % 3600]}.${fraction}Z`;
}

/**
 * Reads the one form that nearly every cell has, `yyyy-mm-dd hh:mm:ss`, many times as fast as the regular expression
 * that defines what an instant looks like. It returns undefined whenever it is not sure, and the regular expression
 * decides.
 */
function plainLocal(text: string): number | undefined {
  if (text.length !== 19 || text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':')
    return undefined;
  if (text[10] !== ' ' && text[10] !== 'T') return undefined;
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  // A part that is not two digits is NaN, and no comparison with NaN holds.
  const isDate = year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1;
  if (!isDate || !(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return day <= 28 || new Date(local).getUTCDate() === day ? local : undefined;
}

/** The number that two digits write; NaN where they are no digits. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** True when the name is a time zone that the runtime's zone tables know. */
export function isZone(name: string): boolean {
  return !Number.isNaN(offsetAt(name, 0));
}

function offsetAt(zone: string, at: Instant): number {
  return -new TZDate(at, zone).getTimezoneOffset() * 60 * SECOND;
}

/** The days, instants and texts of one zone. Offsets are looked up once a UTC day and kept, as feeds ask for millions. */
export class Calendar {
  readonly zone: string;
  readonly #offsets = new Map<number, number | null>();
  readonly #steady = new Map<number, boolean>();

  constructor(zone: string) {
    this.zone = zone;
  }

  /** The zone's offset from UTC at an instant, in milliseconds. */
  offset(at: Instant): number {
    const utcDay = Math.floor(at / DAY_LENGTH);
    let known = this.#offsets.get(utcDay);
    if (known === undefined) {
      const before = offsetAt(this.zone, utcDay * DAY_LENGTH);
      const after = offsetAt(this.zone, (utcDay + 1) * DAY_LENGTH);
      known = before === after ? before : null;
      this.#offsets.set(utcDay, known);
    }
    return known ?? offsetAt(this.zone, at);
  }

  /** The business day an instant falls on, in this zone (SPEC 1). */
  dayOf(at: Instant): Day {
    return textOfDay(Math.floor((at + this.offset(at)) / DAY_LENGTH));
  }

  /**
   * The first instant of a business day (SPEC 1): its local midnight, or what follows it where a clock change skips
   * midnight.
   */
  startOf(day: Day): Instant {
    return this.#fromLocal(dayNumber(day));
  }

  /** The end of a half-open day: the first instant of the next one. */
  endOf(day: Day): Instant {
    return this.startOf(addDays(day, 1));
  }

  /** The earliest instant whose local clock shows `local`; a time that a clock change skips moves on by the gap. */
  #fromLocal(local: number): Instant {
    const early = local - this.offset(local - DAY_LENGTH);
    const late = local - this.offset(local + DAY_LENGTH);
    if (early === late) return early;
    const first = Math.min(early, late);
    if (first + this.offset(first) === local) return first;
    const second = Math.max(early, late);
    return second + this.offset(second) === local ? second : early;
  }

  /** Whether the zone's offset surely stays as it is for two days before an instant and after it: no clock changes there. */
  isSteady(at: Instant): boolean {
    const utcDay = Math.floor(at / DAY_LENGTH);
    let steady = this.#steady.get(utcDay);
    if (steady === undefined) {
      const edges = [-2, -1, 0, 1, 2, 3].map((days) => offsetAt(this.zone, (utcDay + days) * DAY_LENGTH));
      steady = edges.every((offset) => offset === edges[0]);
      this.#steady.set(utcDay, steady);
    }
    return steady;
  }

  /** Whether the clocks of the zone show `yyyy-mm-dd hh:mm:ss` twice, or never; undefined of every other time. */
  clockChange(text: string): 'double' | 'skipped' | undefined {
    const local = plainLocal(text);
    if (local === undefined) return undefined;
    const early = local - this.offset(local - DAY_LENGTH);
    const late = local - this.offset(local + DAY_LENGTH);
    if (early === late) return undefined;
    const shown = [early, late].filter((at) => at + this.offset(at) === local).length;
    return shown === 2 ? 'double' : shown === 0 ? 'skipped' : undefined;
  }

  /**
   * Reads `yyyy-mm-dd hh:mm:ss` (or `T`, fractions to the millisecond), with an offset (`Z`, `+08:00`) or in this zone.
   * @returns the instant, or undefined when the text is not an existing moment of the years 1990 to 2099
   */
  parse(text: string): Instant | undefined {
    const plain = plainLocal(text);
    if (plain !== undefined) return this.#fromLocal(plain);
    const match =
      /^(\d{4})-(\d\d)-(\d\d)[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?(?:(Z)|([+-])(0\d|1[0-4]):?([0-5]\d))?$/.exec(
        text,
      );
    if (match === null) return undefined;
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return undefined;
    const date = Date.UTC(year, month - 1, day);
    if (new Date(date).getUTCDate() !== day) return undefined;
    const seconds = (Number(match[4]) * 60 + Number(match[5])) * 60 + Number(match[6]);
    const local = date + seconds * SECOND + Number((match[7] ?? '').padEnd(3, '0'));
    if (match[8] === 'Z') return local;
    if (match[9] === undefined) return this.#fromLocal(local);
    const offset = (Number(match[10]) * 60 + Number(match[11])) * 60 * SECOND;
    return match[9] === '-' ? local + offset : local - offset;
  }

  /** `2013-12-10 18:08:02+08:00`, with milliseconds only where there are some. */
  format(at: Instant): string {
    const offset = this.offset(at);
    const local = new Date(at + offset).toISOString();
    const minutes = Math.abs(offset) / 60 / SECOND;
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(Math.floor(minutes % 60))}`;
    const fraction = local.endsWith('.000Z') ? '' : local.slice(19, 23);
    return `${local.slice(0, 10)} ${local.slice(11, 19)}${fraction}${zone}`;
  }
}
