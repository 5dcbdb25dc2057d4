/** Things of one kind put together by a key. It knows nothing of what they are. */

/** Things by their key, each group and all groups in the order in which they come. */
export function groupedBy<T, K>(of: readonly T[], key: (one: T) => K): Map<K, T[]> {
  const found = new Map<K, T[]>();
  for (const one of of) {
    const known = found.get(key(one));
    if (known === undefined) found.set(key(one), [one]);
    else known.push(one);
  }
  return found;
}
