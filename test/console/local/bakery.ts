import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { App, Stack } from "aws-cdk-lib";
import { addressOf } from "../../../bin/commands/console.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { statusService } from "../../../local/reload/status-service.ts";
import { type HandlerFactory, simulate } from "../../../local/simulate.ts";
import { serve } from "../../../local/wire/server.ts";
import { dyingWhile, workerOf } from "../../end-to-end/own-code.ts";
import { bakeCake, heatOven, mixDough } from "./bakery/cakes.ts";

/** Virtual time that passes for a person who reads a page: longer than the real time, so that a person need not wait. */
const PASSES = "3 seconds";
const BETWEEN = 150;

/** Synthesizes the bakery, with its console. */
export function synthesizeBakery(): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-bakery-")) });
  new Millrace(new Stack(app, "Bakery"), "Millrace", {
    workflows: [bakeCake],
    handlers: join(import.meta.dirname, "bakery"),
  });
  return app.synth().directory;
}

export type Bakery = Awaited<ReturnType<typeof openBakery>>;

/** The bakery in a simulation that browsers reach. Steps in `crashing` die without an answer, those in `failing` fail. */
export async function openBakery(assembly: string) {
  const crashing = new Set<string>();
  const failing = new Set<string>();
  const steps = [mixDough, heatOven].map((spec): [string, HandlerFactory] => {
    const worker = workerOf(spec, (cake) => {
      if (failing.has(spec.name)) throw new Error("The oven is cold.");
      return cake;
    });
    return [spec.name, dyingWhile(() => crashing.has(spec.name), worker)];
  });
  const reports: string[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    start: Date.now() - 7_200_000,
    schedules: false,
    report: (line) => reports.push(line),
    handlers: Object.fromEntries(steps),
  });
  const outputs = await cloud.outputs("Bakery");
  const { SecretString: token } = await cloud.call("secretsmanager", "GetSecretValue", {
    SecretId: outputs.MillraceToken,
  });
  const server = await serve(cloud.kernel, { port: 0 });
  cloud.kernel.register(statusService(process.cwd(), server.url));
  const url = `${server.url}${new URL(outputs.MillraceConsole!).pathname}`;

  let open = true;
  // One after another: time moves for one who moves it at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const advance = (duration: Parameters<typeof cloud.advance>[0]) => {
    const moved = turn.then(() => cloud.advance(duration));
    turn = moved.catch(() => {});
    return moved;
  };
  const passing = (async () => {
    for (; open; await pause(BETWEEN)) await advance(PASSES);
  })();

  return {
    cloud,
    crashing,
    failing,
    reports,
    advance,
    address: addressOf({ url, token }),
    async send(...payloads: object[]): Promise<void> {
      const entry = { EventBusName: outputs.MillraceBus, Source: "shop", DetailType: "cake.ordered" };
      for (const payload of payloads)
        await cloud.call("events", "PutEvents", { Entries: [{ ...entry, Detail: JSON.stringify(payload) }] });
      await advance("1 minute");
    },
    async close(): Promise<void> {
      open = false;
      await passing;
      await server.close();
      await cloud.close();
    },
  };
}
