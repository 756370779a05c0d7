import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { definitionChanges, snapshotOf } from "../../bin/definition-changes.ts";
import { defineEvent, defineStep, defineWorkflow, type Workflow } from "../../lib/index.ts";
import { millraceHere } from "./in-process.ts";

const seen = (schema: z.ZodObject<any>) => defineEvent("user.seen", { version: 1, schema });
const Seen = seen(z.object({ id: z.string() }));
const step = (name: string) =>
  defineStep(name, {
    input: z.object({ id: z.string() }),
    output: z.object({ text: z.string() }),
    timeout: "1 minute",
  });
const greet = (run: Parameters<typeof defineWorkflow>[1]["run"], on = Seen) =>
  defineWorkflow("greet-user", { on, deadline: "1 day", run } as never) as Workflow;
const hello = step("say-hello");
const first = greet((w: any, user: any) => ({ text: w.step(hello, { id: user.id }).text }));

const changes = (before: Workflow[], after: Workflow[]) =>
  definitionChanges(snapshotOf(before, []), snapshotOf(after, []), after, []);

test("added states and their cost are reported; unchanged ones are not", () => {
  const second = greet((w: any, user: any) => {
    w.step(step("send-mail"), { id: user.id });
    return { text: w.step(hello, { id: user.id }).text };
  });
  expect(changes([first], [first])).toEqual([]);
  expect(changes([first], [second])).toEqual([
    expect.stringMatching(/^greet-user: version \w+ → \w+; open runs keep theirs$/),
    "  + step send-mail",
    expect.stringMatching(/^ {2}cost: \$[\d.]+ → \$[\d.]+ for a million typical runs \(\+[\d.]+ %\)$/),
  ]);
  expect(changes([second], [first])[1]).toBe("  - step send-mail");
});

test("added and removed workflows are named, and contracts that break subscribers", () => {
  expect(changes([], [first])).toEqual([
    expect.stringMatching(/^greet-user is new: version \w+, \$/),
    "user.seen version 1 is new",
  ]);
  expect(changes([first], [])[0]).toBe("greet-user is removed");
  const broken = greet(
    (w: any, user: any) => ({ text: w.step(hello, { id: user.id }).text }),
    seen(z.object({ id: z.string(), name: z.string() })) as never,
  );
  expect(changes([first], [broken]).at(-1)).toMatch(/^✗ user\.seen version 1: /);
});

test("the definitions of another app in the same folder are not compared", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-changes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const since = join(folder, "definitions.json");
  const changed = async () => (await millraceHere("changes", "--since", since)).out;
  expect(await changed()).toBe("");
  const last = JSON.parse(readFileSync(since, "utf8"));
  writeFileSync(since, JSON.stringify({ ...last, ...snapshotOf([first], []) }));
  expect(await changed()).toContain("greet-user is removed");
  writeFileSync(since, JSON.stringify({ ...snapshotOf([first], []), file: "/elsewhere/index.ts" }));
  expect(await changed()).toBe("");
});
