import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../lambdas/runtime/aws/waits/approvals.ts";
import { payloadOf } from "../../../lib/contract/runs/run-input.ts";
import { type Simulation, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { checkScene, drawCard, drawPicture, renderFilm } from "../../../workflows/video/steps.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { build } from "../../constructs/app.ts";
import { workerOf } from "../own-code.ts";

/** The real app, synthesized once for each test file. */
let assembly: string;
beforeAll(() => {
  assembly = sharedAssembly("video", (outdir) => build(outdir).app);
}, 120_000);

/** The video app in a simulation, with drawing and rendering left out. */
export interface VideoApp {
  cloud: Simulation;
  /** What the outside world has seen: how often each effect was begun, by idempotency key. */
  effects: Map<string, number>;
  /** Faults of the local cloud itself. */
  reports: string[];
  send(videoId: string, payload?: object): Promise<void>;
  /** Publishes any event. */
  publish(event: string, detail: object): Promise<void>;
  /** The newest run that is about the film. */
  run(videoId: string, workflow?: string): ReturnType<ReturnType<typeof runReader>["run"]>;
  runs(): ReturnType<ReturnType<typeof runReader>["runs"]>;
  quarantined(): ReturnType<ReturnType<typeof runReader>["quarantined"]>;
  /** A person's answer to what the run asks first, as the command line writes it. Answers false where it asks nothing. */
  decide(videoId: string, approved: boolean, note?: string): Promise<boolean>;
  /** A yes to whatever is asked. Answers how many questions there were. */
  approveAll(): Promise<number>;
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
      "draw-picture": workerOf(drawPicture, async ({ scene: { number } }, { artifacts, idempotencyKey }) => {
        saw(idempotencyKey);
        const image = await artifacts.put(`scene-${number}.png`, "picture", "image/png");
        return { image, by: "embedded", usd: 0 };
      }),
      "draw-card": workerOf(drawCard, async ({ scene: { number } }, { artifacts }) => {
        const image = await artifacts.put(`card-${number}.png`, "card", "image/png");
        return { image, by: "card", usd: 0 };
      }),
      "check-scene": workerOf(checkScene, () => ({ confidence: 0.9, findings: [] })),
      "render-film": workerOf(renderFilm, async ({ title, made }, { artifacts, idempotencyKey }) => {
        saw(idempotencyKey);
        const film = await artifacts.put("draft.mp4", "film", "video/mp4");
        const captions = await artifacts.put("draft.vtt", "WEBVTT", "text/vtt");
        const poster = made[0]!.picture.image;
        return { title, film, captions, poster, seconds: made.length, bytes: 4, findings: [] };
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
  const find = async (videoId: string, workflow = "produce-video") => {
    for (const { run } of (await reader.runs(1000)).filter((run) => run.workflow === workflow)) {
      const details = await reader.run(run);
      if (details && payloadOf(details.run).includes(`"videoId":"${videoId}"`)) return details;
    }
    return undefined;
  };
  const publish = async (DetailType: string, detail: object) => {
    const Entries = [
      { EventBusName: output("Bus"), Source: "test", DetailType, Detail: JSON.stringify(detail) },
    ];
    const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error("The bus refused the event.");
  };
  return {
    cloud,
    effects,
    reports,
    publish,
    send: (videoId, payload = { topic: "tides", scenes: 2 }) =>
      publish("video.requested", { videoId, ...payload }),
    run: find,
    runs: () => reader.runs(1000),
    quarantined: () => reader.quarantined(1000),
    async decide(videoId, approved, note) {
      const asked = (await find(videoId))?.approvals.find(({ state }) => state === "pending");
      if (!asked) return false;
      const { decided } = await approvals.decide(asked, { approved, decidedBy: "ada", note });
      return decided;
    },
    async approveAll() {
      const details = await Promise.all((await reader.runs(1000)).map(({ run }) => reader.run(run)));
      const asked = details.flatMap((found) => found!.approvals.filter(({ state }) => state === "pending"));
      for (const question of asked) await approvals.decide(question, { approved: true, decidedBy: "ada" });
      return asked.length;
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
