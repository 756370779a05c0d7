import { reactions, steps, workflows } from "../app/definitions.ts";
import { codeOf, noteOf } from "../outside.ts";
import type { Wiring } from "../wiring.ts";
import { composed, install } from "./runtime.ts";

type Handler = (event: any, context: any) => Promise<any>;
export type Handlers = ReadonlyMap<string, Handler>;

const LAMBDAS = new URL("../../../lambdas/", import.meta.url);

/** Millrace's own functions, by their descriptions. */
const OWN: Record<string, string> = {
  "Puts questions to people": "approve",
  "Brings people's decisions to the runs that wait for them": "correlate",
  "Carries out what people order": "control",
  "Takes in what queues have given up": "dead-letters",
  "Takes runs to their end": "finish",
  "Finds runs and changes that the fast way missed": "sweep",
  "Knows who must get each event": "ledger",
  "Publishes and logs what the table says": "relay",
};

let known: Promise<Handlers> | undefined;

/** The handlers of all functions, composed as their own files compose them. Loaded once in a process. */
export function handlersOf(wiring: Wiring): Promise<Handlers> {
  known ??= load(wiring);
  return known;
}

async function load({ functions }: Wiring): Promise<Handlers> {
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "soak",
    AWS_SECRET_ACCESS_KEY: "soak",
    POWERTOOLS_LOG_LEVEL: process.env.SOAK_LOG ?? "SILENT",
    POWERTOOLS_METRICS_DISABLED: "true",
  });
  install();
  const handlers = new Map<string, Handler>();
  for (const { name, description, variables } of functions) {
    const handler = await composed(variables, () => handlerOf(name, description));
    if (handler) handlers.set(name, handler);
  }
  return handlers;
}

async function handlerOf(name: string, description: string): Promise<Handler | undefined> {
  const own = Object.entries(OWN).find(([says]) => description.startsWith(says));
  if (own)
    return ((await import(new URL(`${own[1]}.lambda.ts`, LAMBDAS).href)) as { handler: Handler }).handler;
  // An instance of the module for each function, since it keeps what its variables say.
  const at = (file: string) => `${new URL(`runtime/handlers/${file}.ts`, LAMBDAS).href}?${name}`;
  const [workflow, what] = description.split(": ");
  if (what === "event → run") {
    const { intake } = await import(at("intake-handler"));
    return intake(workflows.find((one) => one.name === workflow));
  }
  const step = steps.find((one) => one.name === what);
  if (step) {
    const { worker } = await import(at("worker-handler"));
    return worker(step, codeOf(step.name));
  }
  const reaction = reactions.find((one) => description === `Reaction ${one.name}`);
  if (reaction) {
    const { reaction: handle } = await import(at("reaction-handler"));
    return handle(reaction, noteOf());
  }
  if (/wait/i.test(description)) {
    const { waits } = await import(at("waits-handler"));
    const { awaitedEvents } = await import("../../../lib/index.ts");
    return waits(workflows.flatMap((one) => awaitedEvents(one)));
  }
  return undefined;
}
