import { portsContract } from "../ports/ports.contract.ts";
import { racesContract } from "../ports/races.contract.ts";
import { memory } from "./memory.ts";

let clock = Date.parse("2026-11-21T10:00:00.000Z");

portsContract("the ports in memory", async () => {
  const state = memory(() => clock);
  return {
    ...state,
    get: async (key) => state.get(key),
    advance: (milliseconds) => {
      clock += milliseconds;
    },
    now: () => clock,
  };
});

racesContract("races in memory", () => memory(() => clock).races);
