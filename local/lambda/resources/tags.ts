/** A template has a list where the API has a map. */
export function readTags(list: { Key: string; Value: unknown }[] = []): Record<string, string> {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, String(Value)]));
}
