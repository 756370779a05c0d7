import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { findDeployment } from "../lambdas/runtime/aws/release/deployment.ts";
import { runReader } from "../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../lambdas/runtime/aws/table/table.ts";
import { runId } from "../lib/contract/runs/run-id.ts";
import { Project } from "../test/local/reload/project.ts";
import { print, say, spread, table } from "./figures.ts";
import { ROOT, within } from "./harness.ts";

/**
 * From a saved edit to the result of a run on the new code, in a project of one workflow: for a handler, which is bundled again
 * and swapped in, and for a definition, which is synthesized and deployed again. Each edit is saved as an editor does, and the
 * event is sent when the local cloud says that it has taken the change over.
 */
const REPETITIONS = 9;
const LIMIT_SECONDS = 120;
const LOOK_EVERY = 5;
/** Milliseconds between edits: a person does not save more often. */
const APART = 4_000;

const project = new Project();
const child = spawn(process.execPath, [join(ROOT, "local/start.ts"), "--port", "0", "--memory"], {
  cwd: project.folder,
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}` },
});
const gone = once(child, "exit");

/** Milliseconds from the edit until the code is swapped in, and until a run has its result. */
interface Round {
  reload: number;
  result: number;
}

async function measure(endpoint: string): Promise<void> {
  const connection = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: connection.region });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  const { bus, table: name } = await findDeployment("Millrace");
  const reader = runReader(openTable(name));
  const events = new EventBridgeClient(connection);

  const greet = async (id: string): Promise<string> => {
    const Detail = JSON.stringify({ id });
    const Entries = [{ EventBusName: bus, Source: "bench", DetailType: "user.seen", Detail }];
    await events.send(new PutEventsCommand({ Entries }));
    for (;;) {
      const run = (await reader.run(runId("greet-user", "user.seen", id)))?.run;
      if (run?.endedAt) return JSON.stringify(run.output);
      await pause(LOOK_EVERY);
    }
  };
  let runs = 0;
  const reloads = async () => {
    const answer = await fetch(`${endpoint}/_millrace/status`);
    return ((await answer.json()) as { reload: { reloads: number } }).reload.reloads;
  };
  const edited = async (path: string, [from, to]: [string, string], expected: string): Promise<Round> => {
    await pause(APART);
    const before = await reloads();
    const began = performance.now();
    project.edit(path, from, to);
    while ((await reloads()) === before) await pause(LOOK_EVERY);
    const reload = performance.now() - began;
    const output = await greet(`run-${++runs}`);
    if (!output.includes(expected))
      throw new Error(`${output} is not of the edited code: it lacks ${expected}.`);
    return { reload, result: performance.now() - began };
  };

  await greet("warm");
  const rounds = { handler: [] as Round[], definition: [] as Round[] };
  for (let round = 0; round < REPETITIONS; round++) {
    say(`repetition ${round + 1}`);
    const word = (number: number) => `"Hello${number === 0 ? "" : number}"`;
    const words: [string, string] = [word(round), word(round + 1)];
    rounds.handler.push(await edited("workflows/words.ts", words, `Hello${round + 1} `));
    const text = (number: number) => (number === 0 ? "{ text };" : `{ text, extra${number}: true };`);
    const texts: [string, string] = [text(round), text(round + 1)];
    rounds.definition.push(await edited("workflows/greet.ts", texts, `extra${round + 1}`));
  }
  // The first builds what the later ones reuse.
  const row = (label: string, all: Round[]) => [
    label,
    ...[all.slice(0, 1), all.slice(1)].flatMap((some) => [
      spread(some.map(({ reload }) => reload)),
      spread(some.map(({ result }) => result)),
    ]),
  ];
  print(
    table(
      ["edit of", "first: taken over, ms", "first: result, ms", "later: taken over, ms", "later: result, ms"],
      [row("a handler", rounds.handler), row("a definition", rounds.definition)],
    ),
  );
}

try {
  const endpoint = await within(LIMIT_SECONDS, "The start", ready(child.stdout));
  await within(LIMIT_SECONDS * 3, "The measurement", measure(endpoint));
} finally {
  child.kill("SIGINT");
  await gone;
}

function ready(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    output.on("data", (text) => {
      printed += text;
      const found = /ready at (\S+)[\s\S]*reload/.exec(printed)?.[1];
      if (found) resolve(found);
    });
    output.on("end", () => reject(new Error(`The local cloud ended: ${printed}`)));
  });
}
