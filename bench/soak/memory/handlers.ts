import { SETTINGS_FILE } from "../../../lib/contract/settings/catalogue.ts";
import { awaitedEvents } from "../../../lib/index.ts";
import { settingsCatalogue } from "../../../lib/workflow/settings.ts";
import { reactions, steps, workflows } from "../app/definitions.ts";
import { handlersOfPool, poolOf } from "../app/pools.ts";
import { codeOf, noteOf } from "../outside.ts";
import type { Wiring } from "../wiring.ts";
import { composed, install } from "./runtime.ts";

type Handler = (event: any, context: any) => Promise<any>;
export type Handlers = ReadonlyMap<string, Handler>;

const LAMBDAS = new URL("../../../lambdas/", import.meta.url);

const known = new Map<number, Promise<Handlers>>();

/** The handlers of all functions of a release, composed as their own files compose them. Loaded once in a process. */
export function handlersOf(wiring: Wiring, release = 1): Promise<Handlers> {
  if (!known.has(release)) known.set(release, load(wiring, release));
  return known.get(release)!;
}

/** The content version of a workflow in a release. */
export function versionIn(release: number, version: string): string {
  return release === 1 ? version : `${version}-${release}`;
}

/** The variables of a function in a release. */
export function variablesIn(release: number, variables: Record<string, string>): Record<string, string> {
  const { MILLRACE_VERSION: version } = variables;
  return version === undefined ? variables : { ...variables, MILLRACE_VERSION: versionIn(release, version) };
}

async function load({ functions }: Wiring, release: number): Promise<Handlers> {
  // Of all releases; the first is loaded first, and `install` takes the variables over.
  if (release === 1)
    Object.assign(process.env, {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "soak",
      AWS_SECRET_ACCESS_KEY: "soak",
      POWERTOOLS_LOG_LEVEL: process.env.SOAK_LOG ?? "SILENT",
      POWERTOOLS_METRICS_DISABLED: "true",
    });
  install(new Map([[SETTINGS_FILE, JSON.stringify(settingsCatalogue(workflows, reactions))]]));
  const handlers = new Map<string, Handler>();
  for (const { name, bundle, variables } of functions) {
    if (UNUSED.has(bundle)) continue;
    const handler = await composed(variablesIn(release, variables), () => handlerOf(name, bundle, release));
    if (handler) handlers.set(name, handler);
  }
  return handlers;
}

async function handlerOf(name: string, bundle: string, release: number): Promise<Handler | undefined> {
  const [whose, what = ""] = bundle.split("/");
  if (whose === "millrace") {
    const own = (await import(new URL(`${what}.lambda.ts`, LAMBDAS).href)) as { handler: Handler };
    return own.handler;
  }
  // An instance of the module for each function, since it keeps what its variables say.
  const at = (file: string) => `${new URL(`runtime/handlers/${file}.ts`, LAMBDAS).href}?${name}-${release}`;
  if (whose === "pools") {
    const { worker, runStarts } = await import(at("worker-handler"));
    const { pool, express } = poolOf(bundle);
    const own = handlersOfPool(pool, (step) => worker(step, codeOf(step.name, undefined, release)));
    if (!express) return (await import(at("pool-handler"))).poolHandler(own);
    const { intake } = await import(at("intake-handler"));
    return (await import(at("express-handler"))).expressHandler(intake(express), own, runStarts());
  }
  const started = workflows.find((one) => what === `${one.name}_intake`);
  if (started) return (await import(at("intake-handler"))).intake(started);
  const step = steps.find((one) => one.name === what);
  if (step) return (await import(at("worker-handler"))).worker(step, codeOf(step.name, undefined, release));
  const reaction = reactions.find((one) => one.name === what);
  if (reaction) return (await import(at("reaction-handler"))).reaction(reaction, noteOf());
  if (what !== "waits") throw new Error(`The soak does not know what runs in ${name}: "${bundle}".`);
  return (await import(at("waits-handler"))).waits(workflows.flatMap((one) => awaitedEvents(one)));
}

/** What a deployment alone calls. */
const UNUSED = new Set(["millrace/release", "millrace/api"]);
