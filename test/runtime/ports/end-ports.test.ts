import { memory } from "../memory/memory.ts";
import { memoryControl } from "../memory/memory-control.ts";
import { memoryEffects } from "../memory/memory-end.ts";
import { endContract } from "./end.contract.ts";

const state = memory(() => Date.parse("2026-11-21T10:00:00.000Z"));

endContract("the ports of ends and control in memory", async () => ({
  runs: state.runs,
  effects: memoryEffects(state),
  ...memoryControl(state),
  get: async (key) => state.get(key),
  put: async (item) => state.put(item as never),
}));
