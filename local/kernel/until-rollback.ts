import type { Store } from "./store.ts";

/**
 * What `create` makes, and makes again after each rollback of the store: for caches of stored data, which may then
 * have what was never committed.
 */
export function untilRollback<T>(store: Pick<Store, "rollbacks">, create: () => T): () => T {
  let { rollbacks } = store;
  let value = create();
  return () => {
    if (rollbacks !== store.rollbacks) {
      rollbacks = store.rollbacks;
      value = create();
    }
    return value;
  };
}
