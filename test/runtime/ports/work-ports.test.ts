import { memory } from "../memory/memory.ts";
import { memoryWork } from "../memory/memory-work.ts";
import { BEGAN } from "../work/work-harness.ts";
import { workPortsContract } from "./work-ports.contract.ts";

const state = memory(() => BEGAN);
workPortsContract("the worker's ports in memory", async () => ({
  runs: state.runs,
  claims: state.claims,
  ...memoryWork(state),
}));
