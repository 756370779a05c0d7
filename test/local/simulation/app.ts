import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll } from "vitest";
import { tableApprovals } from "../../../lambdas/runtime/aws/approvals.ts";
import { runReader } from "../../../lambdas/runtime/aws/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table.ts";
import type { StepFunction } from "../../../lambdas/runtime/index.ts";
import { approvalKey } from "../../../lib/contract/keys.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import {
  type HandlerFactory,
  type Simulation,
  type SimulationOptions,
  simulate,
} from "../../../local/simulate.ts";
import { renderFilm, renderFrame } from "../../../workflows/video/steps.ts";
import { synthesize } from "../../constructs/app.ts";

const RUNTIME = new URL("../../../lambdas/runtime/index.ts", import.meta.url);

/** The real app, synthesized once for each test file. */
let assembly: string;
beforeAll(() => {
  assembly = synthesize().app.synth({ force: true }).directory;
}, 120_000);

/** A worker around a step's code of the test's own: everything but the code is the real thing. */
export function step<Input, Output>(
  spec: StepSpec<string, any, any, Input, Output>,
  code: StepFunction<Input, Output>,
): HandlerFactory {
  return async ({ load }) => (await load(RUNTIME)).worker(spec, code);
}

/** The video app in a simulation, with rendering left out. */
export interface VideoApp {
  cloud: Simulation;
  /** What the outside world has seen: how often each effect was begun, by idempotency key. */
  effects: Map<string, number>;
  /** Faults of the local cloud itself. */
  reports: string[];
  send(videoId: string, payload?: object): Promise<void>;
  run(videoId: string): ReturnType<ReturnType<typeof runReader>["run"]>;
  runs(): ReturnType<ReturnType<typeof runReader>["runs"]>;
  quarantined(): ReturnType<ReturnType<typeof runReader>["quarantined"]>;
  /** A person's answer, as the command line writes it. */
  decide(videoId: string, approved: boolean): Promise<boolean>;
}

export async function videoApp(options: Partial<SimulationOptions> = {}): Promise<VideoApp> {
  const effects = new Map<string, number>();
  const reports: string[] = [];
  const saw = (key: string) => effects.set(key, (effects.get(key) ?? 0) + 1);
  const cloud = await simulate(assembly, {
    seed: 1,
    report: (line) => reports.push(line),
    ...options,
    handlers: {
      "render-frame": step(renderFrame, async ({ number, seconds }, { artifacts, idempotencyKey }) => {
        saw(idempotencyKey);
        return { image: await artifacts.put(`scene-${number}.png`, "picture", "image/png"), seconds };
      }),
      "render-film": step(renderFilm, async ({ title, frames }, { artifacts, idempotencyKey }) => {
        saw(idempotencyKey);
        const film = await artifacts.put("draft.mp4", "film", "video/mp4");
        return { title, film, seconds: frames.length, bytes: 4 };
      }),
      ...options.handlers,
    },
  });
  const outputs = Object.entries(await cloud.outputs("Millrace"));
  const output = (name: string) => outputs.find(([key]) => key.startsWith(`Millrace${name}`))![1];
  const table = openTable(output("Table"), cloud.client(DynamoDBClient));
  const events = cloud.client(EventBridgeClient);
  const reader = runReader(table, cloud.client(SFNClient));
  const approvals = tableApprovals(table, cloud.now);
  const find = async (videoId: string) => {
    for (const { run } of await reader.runs(1000)) {
      const details = await reader.run(run);
      if (details?.run.input.includes(`"videoId":"${videoId}"`)) return details;
    }
    return undefined;
  };
  return {
    cloud,
    effects,
    reports,
    async send(videoId, payload = { topic: "tides", scenes: 2 }) {
      const Detail = JSON.stringify({ videoId, ...payload });
      const entry = { EventBusName: output("Bus"), Source: "test", DetailType: "video.requested", Detail };
      const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount) throw new Error("The bus refused the event.");
    },
    run: find,
    runs: () => reader.runs(1000),
    quarantined: () => reader.quarantined(1000),
    async decide(videoId, approved) {
      const { run } = (await find(videoId))!;
      const key = approvalKey(run.run, run.epoch, "editor");
      const { decided } = await approvals.decide(key, { approved, decidedBy: "ada" });
      return decided;
    },
  };
}

/** All that the cloud remembers, as text. */
export function memoryOf({ kernel }: Simulation): string {
  const tables = kernel.store.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
  );
  const bytes = (_key: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  return tables
    .map(
      ({ name }) =>
        `${name}\n${kernel.store
          .all(`SELECT * FROM "${name}"`)
          .map((row) => JSON.stringify(row, bytes))
          .join("\n")}`,
    )
    .join("\n\n");
}
