import { parseArgs } from "node:util";
import { startCloud } from "../../local/cloud.ts";
import { type Case, nextCase, type Operations } from "./fuzz/cases.ts";
import { Dice } from "./fuzz/dice.ts";
import { assembly, Target } from "./fuzz/target.ts";

/**
 * Sends malformed and half-sound requests to a local cloud: patterns, expressions, definitions, paths, schedules, bodies,
 * headers, XML, bytes. It must continue, answer each within a bound, and never with a fault of its own (5xx).
 *
 *   node bench/soak/fuzz.ts [--seconds 120] [--seed n] [--only <number of a case>]
 *
 * Ends with 1 where it found something; `--seed` and `--only` repeat one case and show it whole.
 */
const text = { type: "string" } as const;
const { values } = parseArgs({ options: { seconds: text, seed: text, only: text } });
const seed = values.seed ?? String(Date.now() % 1e6);
const end = Date.now() + Number(values.seconds ?? 120) * 1000;

/**
 * The longest that an answer may take, in milliseconds, and the time from which it is reported. JSONata's bound is a
 * number of evaluated nodes, which takes seconds on a busy machine.
 */
const LIMIT = 30_000;
const SLOW = 15_000;

/** An error with a stack; what else it reports (a delivery that a rule's template makes impossible) is as it must be. */
const FAULT_LINE = /\b(?:[A-Z][a-z]+)?Error: /;

const folder = assembly();
const operations = await servedOperations();
const caseAt = (n: number) => nextCase(new Dice(`${seed}:${n}`), operations);

let target = await Target.start(folder);
if (values.only !== undefined) await showOne(Number(values.only));
else await run();
target.stop();

async function run(): Promise<void> {
  console.log(`seed ${seed}`);
  const faults = new Map<string, { first: number; times: number; example: string }>();
  const statuses = new Map<number, number>();
  const fault = (kind: string, n: number, example: string) => {
    const known = faults.get(kind);
    if (known) known.times++;
    else {
      faults.set(kind, { first: n, times: 1, example });
      console.log(`FAULT case ${n}: ${kind}\n  ${example.slice(0, 400)}`);
    }
  };
  let n = 0;
  let longest = 0;
  let said = 0;
  for (; Date.now() < end; n++) {
    const given = caseAt(n);
    const began = performance.now();
    try {
      const { status, body } = await target.send(given, LIMIT);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status >= 500 && status !== 501)
        fault(`${status} ${kindOf(body)}`, n, `${brief(given)}\n  ${body}`);
      if (status === 0 && !("raw" in given)) fault("no answer", n, brief(given));
    } catch (error) {
      fault((error as Error).message, n, brief(given));
    }
    const took = performance.now() - began;
    longest = Math.max(longest, took);
    if (took > SLOW) fault(`slow: ${Math.round(took / 1000)} s`, n, brief(given));
    const lines = target.errors.slice(said).split("\n");
    said = target.errors.length;
    const line = lines.find((candidate) => FAULT_LINE.test(candidate));
    if (line)
      fault(`it reported: ${line.replace(/\d+/g, "#").slice(0, 160)}`, n, lines.join("\n").slice(-1500));
    if (target.ended !== undefined || took > LIMIT) {
      if (target.ended !== undefined)
        fault(`the process ended with ${target.ended}`, n, `${brief(given)}\n${target.errors.slice(-1500)}`);
      target.stop();
      target = await Target.start(folder);
      said = 0;
    }
  }
  const kinds = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  console.log(
    `${n} cases, longest ${Math.round(longest)} ms; answers ${kinds.join(", ")}; ${faults.size} kinds of fault`,
  );
  for (const [kind, { first, times }] of faults) console.log(`  ${times} × ${kind} (first: --only ${first})`);
  if (faults.size > 0) process.exitCode = 1;
}

async function showOne(n: number): Promise<void> {
  const given = caseAt(n);
  console.log("raw" in given ? given.raw.toString("latin1") : { ...given, body: given.body.toString() });
  const began = performance.now();
  console.log(await target.send(given, 60_000).catch((error) => error));
  console.log(`${Math.round(performance.now() - began)} ms`);
  console.log(target.errors);
}

async function servedOperations(): Promise<Operations> {
  const cloud = await startCloud({ assembly: folder, data: undefined, port: 0 });
  const served = Object.fromEntries(
    cloud.kernel.all().map(({ name, operations }) => [name, Object.keys(operations)]),
  );
  await cloud.close();
  return served;
}

/** What two faults have in common that are one. */
function kindOf(body: string): string {
  const message =
    /"message":"((?:[^"\\]|\\.)*)"/i.exec(body)?.[1] ?? /<Message>([^<]*)/.exec(body)?.[1] ?? body;
  return message.replace(/\d+/g, "#").slice(0, 120);
}

function brief(given: Case): string {
  if ("raw" in given) return given.raw.toString("latin1").slice(0, 300);
  const { method, path, headers, body } = given;
  return `${method} ${path.slice(0, 100)} ${headers["x-amz-target"] ?? ""} ${body.toString().slice(0, 1500)}`;
}
