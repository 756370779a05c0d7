import { giveUp, worker } from "../../../../lambdas/runtime/index.ts";
import { ship } from "./workflows.ts";

export const handler = worker(ship, ({ address }) => {
  if (address === "nowhere") throw giveUp("No one lives there.");
  return { tracking: `to ${address}` };
});
