import { awaitedEvents } from "../../../lib/index.ts";
import { reactions, steps, workflows } from "../app/definitions.ts";
import { handlersOfPool } from "../app/pools.ts";
import { codeOf, noteOf } from "../outside.ts";
import type { Wiring } from "../wiring.ts";
import { composed, install } from "./runtime.ts";

type Handler = (event: any, context: any) => Promise<any>;
export type Handlers = ReadonlyMap<string, Handler>;

const LAMBDAS = new URL("../../../lambdas/", import.meta.url);

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
  for (const { name, bundle, variables } of functions) {
    if (UNUSED.has(bundle)) continue;
    const handler = await composed(variables, () => handlerOf(name, bundle));
    if (handler) handlers.set(name, handler);
  }
  return handlers;
}

async function handlerOf(name: string, bundle: string): Promise<Handler | undefined> {
  const [whose, what = ""] = bundle.split("/");
  if (whose === "millrace") {
    const own = (await import(new URL(`${what}.lambda.ts`, LAMBDAS).href)) as { handler: Handler };
    return own.handler;
  }
  // An instance of the module for each function, since it keeps what its variables say.
  const at = (file: string) => `${new URL(`runtime/handlers/${file}.ts`, LAMBDAS).href}?${name}`;
  if (whose === "pools") {
    const { worker } = await import(at("worker-handler"));
    const { poolHandler } = await import(at("pool-handler"));
    return poolHandler(handlersOfPool(bundle, (step) => worker(step, codeOf(step.name))));
  }
  const started = workflows.find((one) => what === `${one.name}_intake`);
  if (started) return (await import(at("intake-handler"))).intake(started);
  const step = steps.find((one) => one.name === what);
  if (step) return (await import(at("worker-handler"))).worker(step, codeOf(step.name));
  const reaction = reactions.find((one) => one.name === what);
  if (reaction) return (await import(at("reaction-handler"))).reaction(reaction, noteOf());
  if (what !== "waits") throw new Error(`The soak does not know what runs in ${name}: "${bundle}".`);
  return (await import(at("waits-handler"))).waits(workflows.flatMap((one) => awaitedEvents(one)));
}

/** What a deployment alone calls. */
const UNUSED = new Set(["millrace/release", "millrace/api"]);
