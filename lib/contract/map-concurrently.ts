/**
 * Does work for each item, a limited number at a time, and answers the results in the order of the items. Rejects
 * with the first error; work for the other items continues.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const open = items.entries();
  const results: Result[] = [];
  const take = async () => {
    for (const [at, item] of open) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: most }, take));
  return results;
}
