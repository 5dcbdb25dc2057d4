/** What a book's nights have to have been: consecutive days, each with its policy, and the months each one closed. */
import { addDays, type Day, dayOfMonth, type Month, monthOf, nextMonth } from '../calendar.ts';
import { type Adopted, policyOn } from './policies.ts';

/** The days from the first to the last night, none left out. */
export function nightsFrom(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Which month each night closed (SPEC 10): on the pay day and after, every month before its own that is open. */
export function monthsClosed(days: readonly Day[], adopted: readonly Adopted[]): Map<Month, Day> {
  const closes = new Map<Month, Day>();
  const [first] = days;
  if (first === undefined) return closes;
  let month = monthOf(first);
  for (const day of days) {
    const payDay = policyOn(adopted, day)?.policy.payDay;
    if (payDay === undefined || dayOfMonth(day) < payDay) continue;
    for (; month < monthOf(day); month = nextMonth(month)) closes.set(month, day);
  }
  return closes;
}
