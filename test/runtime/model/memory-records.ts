import type { Recorded, Records } from "../../../lambdas/runtime/model/records.ts";

/** Records in memory: each time that a step is delivered, its calls are counted again. */
export function memoryRecords(): () => Records {
  const kept = new Map<number, Recorded>();
  return () => {
    let calls = 0;
    return {
      next: () => ++calls,
      address: (call) => `memory:${call}`,
      read: async (call) => kept.get(call),
      write: async (call, record) => void kept.set(call, record),
    };
  };
}
