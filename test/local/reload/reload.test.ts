import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { millrace } from "../../end-to-end/real-time/harness.ts";
import { Project } from "./project.ts";
import { Running } from "./running.ts";

let project: Project;
let running: Running;
let endpoint: string;
beforeAll(async () => {
  project = new Project();
  running = new Running(project, "--data", join(project.folder, "data"));
  endpoint = /http:\S+/.exec(await running.prints(/ready at \S+/))![0];
  await running.prints(/reload .*\n/);
});
afterAll(() => running.stop());

/** Sends a user and answers the run when it has ended, as the command line prints it. */
async function greet(id: string, show = shownHere): Promise<string> {
  const { out, error } = await command("send", "user.seen", JSON.stringify({ id }), "--follow");
  const [, run] = /^Started (\S+)/m.exec(out) ?? [];
  if (run === undefined) throw new Error(`No run of ${id}: ${out}${error}`);
  return (await show("run", run)).out;
}

/** A command that needs nothing of the project's folder, in this process. */
function shownHere(...args: string[]) {
  return millrace(endpoint, args);
}

/** A command in the project's folder, by whose workflows it sends, and whose code it shows. */
function command(...args: string[]) {
  return millrace(endpoint, args, "", project.folder);
}

async function status() {
  const answer = await fetch(`${endpoint}/_millrace/status`);
  return ((await answer.json()) as { reload: object }).reload;
}

test("a changed handler, or what it imports, is swapped in; the definition is not deployed again", async () => {
  expect(await greet("a")).toContain("Hello a");
  project.edit("workflows/words.ts", "Hello", "Good day");
  expect(await running.prints(/Reloaded .*\n/)).toMatch(/Reloaded workflows\/words\.ts \(\d+ ms\)/);
  expect(await greet("b")).toContain("Good day b");
  // A handler that imports the file has new code, and the others have not.
  expect(await status()).toMatchObject({
    handlers: { "workflows/say-hello.lambda.ts": expect.stringMatching(/^2\d{3}-/) },
  });
});

test("code that cannot be bundled is shown with its position, and the earlier code keeps running", async () => {
  project.edit("workflows/words.ts", '"Good day"', '"Good day');
  const printed = await running.prints(/The earlier code keeps running.*\n/);
  expect(printed).toMatch(/workflows\/words\.ts:1:\d+: Unterminated string literal/);
  expect(printed).toContain('> 1 | export const GREETING = "Good day;');
  expect(await status()).toMatchObject({
    state: "failed",
    problem: { file: "workflows/words.ts", line: 1, message: "Unterminated string literal" },
  });
  expect(await greet("c")).toContain("Good day c");
  project.edit("workflows/words.ts", '"Good day;', '"Welcome";');
  await running.prints(/Reloaded .*\n/);
  expect(await status()).toMatchObject({ state: "current" });
  expect(await greet("d")).toContain("Welcome d");
});

test("a run that failed says where, and is retried with the edited handler", async () => {
  const shown = await greet("broken", command);
  expect(shown).toMatch(
    /\nsay-hello failed: TypeError: no such user \(workflows\/say-hello\.lambda\.ts:7\)\n/,
  );
  expect(shown).toContain('> 7 |   if (id.startsWith("broken")) throw new TypeError("no such user");');
  expect(shown).not.toMatch(/Millrace\.|sealed/);
  const [, run] = /millrace -- --endpoint \S+ retry (\S+)/.exec(shown)!;
  expect((await command("logs", run!, "--errors")).out).toContain(
    "say-hello failed: TypeError: no such user",
  );
  const before = new Date().toISOString();
  project.edit("workflows/say-hello.lambda.ts", 'id.startsWith("broken")', "id === ''");
  await running.prints(/Reloaded .*\n/);
  const { handlers } = (await status()) as { handlers: Record<string, string> };
  expect(handlers["workflows/say-hello.lambda.ts"]! > before).toBe(true);
  const retried = await command("retry", run!, "--follow");
  expect(retried).toMatchObject({ code: 0, out: expect.stringMatching(/continues [\s\S]*run succeeded/) });
  expect((await shownHere("run", run!)).out).toContain("Welcome broken");
  // What is over is shown at once, by the beginning of its id too.
  expect((await shownHere("watch", run!.slice(0, -4))).out).toContain("run succeeded");
});

test("an invalid definition is shown with its position; a valid one is a new version", async () => {
  project.edit("workflows/greet.ts", "id: user.id });", "id: user.name });");
  const printed = await running.prints(/The earlier code keeps running.*\n/);
  expect(printed).toMatch(/workflows\/greet\.ts:\d+:\d+: .*has no field "name"/);
  expect(printed).toContain("id: user.name });");
  // Nothing can be sent by a definition that is broken, but runs are shown.
  const sent = await command("send", "user.seen", '{"id":"e"}');
  expect(sent).toMatchObject({ code: 1, error: expect.stringContaining('has no field "name"') });
  expect((await command("runs", "--search", "greet-user")).out).toContain("succeeded");
  project.edit("workflows/greet.ts", "id: user.name });", "id: user.id });");
  project.edit(
    "workflows/greet.ts",
    "return { text };",
    'w.sleep("1 second");\n    return { text, later: true };',
  );
  expect(await running.prints(/deployed: .*\n/)).toMatch(/Reloaded workflows\/greet\.ts/);
  expect(await greet("f")).toContain('"later": true');
  expect((await shownHere("versions")).out.match(/greet-user +\S+/g)).toHaveLength(2);
});

test("a start without changes does not synthesize, and has the runs of the last one", async () => {
  await running.stop();
  // The code that was swapped in is deployed by the next start.
  expect(readdirSync(join(project.folder, "cdk.out")).filter((name) => name.startsWith("reloaded."))).toEqual(
    [],
  );
  running = new Running(project, "--data", join(project.folder, "data"));
  const printed = await running.prints(/ready at \S+/);
  endpoint = /http:\S+/.exec(printed)![0];
  expect(printed).toContain("has not changed");
  expect((await shownHere("runs")).out).toContain("greet-user-");
  expect(await greet("g")).toContain("Welcome g");
  await running.stop();
  project.edit("workflows/words.ts", "Welcome", "Hello again");
  running = new Running(project, "--data", join(project.folder, "data"));
  expect(await running.prints(/ready at \S+/)).toContain("Synthesizing");
});
