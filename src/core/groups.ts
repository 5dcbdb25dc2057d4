/** Items by a key, those of one key in the order in which they come. */

export function addTo<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

/** The items by the key of each. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]>;
/** What is made of each item by its key. */
export function groupBy<T, K, V>(items: Iterable<T>, keyOf: (item: T) => K, made: (item: T) => V): Map<K, V[]>;
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K, made = (item: T): unknown => item) {
  const groups = new Map<K, unknown[]>();
  for (const item of items) addTo(groups, keyOf(item), made(item));
  return groups;
}
