import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type HandlerFactory, type Simulation, simulate, type SimulationOptions } from "../../../local/simulate.ts";
import { synthesize } from "../../constructs/app.ts";

let folder: string | undefined;

/** The real app, synthesized once. */
export function assembly(): string {
  folder ??= synthesize().app.synth({ force: true }).directory;
  return folder;
}
