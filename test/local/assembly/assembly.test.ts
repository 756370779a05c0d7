import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readAssembly } from "../../../local/assembly/assembly.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-assembly-"));
  const artifacts = {
    App: { type: "aws:cloudformation:stack", properties: { templateFile: "App.template.json" } },
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ artifacts }));
  writeTemplate("First");
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeTemplate(queue: string): void {
  const Resources = { [queue]: { Type: "AWS::SQS::Queue" } };
  writeFileSync(join(folder, "App.template.json"), JSON.stringify({ Resources }));
}

const template = () => readAssembly(folder).stacks[0]!.template;

test("a template is read once", () => {
  expect(template()).toBe(template());
});

test("a template that was synthesized again is read again", () => {
  template();
  writeTemplate("Second");
  expect(Object.keys(template().Resources!)).toEqual(["Second"]);
});
