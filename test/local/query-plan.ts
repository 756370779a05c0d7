import type { Store } from "../../local/kernel/store.ts";

/**
 * Notes the statements that the store runs from now on. The answer names those that read a table from end to end
 * or sort what they found: their cost would grow with the table.
 */
export function watchQueries(store: Store): () => string[] {
  const seen = new Set<string>();
  const prepare = store.prepare.bind(store);
  store.prepare = (sql) => {
    seen.add(sql);
    return prepare(sql);
  };
  return () => {
    store.prepare = prepare;
    return [...seen]
      .filter((sql) => /^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(sql))
      .flatMap((sql) =>
        store
          .all<{ detail: string }>(
            `EXPLAIN QUERY PLAN ${sql}`,
            ...Array(sql.split("?").length - 1).fill(null),
          )
          .filter(({ detail }) => /^SCAN (?!CONSTANT)|TEMP B-TREE/.test(detail))
          .map(({ detail }) => `${detail}: ${sql}`),
      );
  };
}
