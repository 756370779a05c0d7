import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const LIB = join(import.meta.dirname, "../../lib");
const INTERFACE = /export interface (\w+)[^{]*\{\n(.*?)\n\}/gms;
/** A member with the comment above it, if it has one. Members of nested literals count, too. */
const MEMBER = /(?:\/\*\*((?:(?!\*\/).)*)\*\/\n)?^[ \t]+(?:readonly )?(\w+)(\??)(?:: |\()/gms;

/** Every interface that `millrace/cdk` exports, with its source. */
function publicInterfaces(): [name: string, body: string][] {
  const exported = readFileSync(join(LIB, "cdk.ts"), "utf8");
  const triggers = readFileSync(join(LIB, "constructs/triggers/index.ts"), "utf8");
  const names = new Set(`${exported}${triggers}`.match(/\b\w+\b/g));
  const files = readdirSync(join(LIB, "constructs"), { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => file.endsWith(".ts")).map((file) => join(LIB, "constructs", file));
  return sources
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(INTERFACE)])
    .map(([, name, body]): [string, string] => [name!, body!])
    .filter(([name]) => names.has(name));
}

const members = publicInterfaces().flatMap(([name, body]) =>
  [...body.matchAll(MEMBER)].map(([, comment = "", member, optional]) => ({
    name: `${name}.${member}`,
    comment,
    isOptional: optional === "?",
  })),
);

test("the props of public constructs are found", () => {
  expect(members.length).toBeGreaterThan(100);
});

test("every public prop has a comment", () => {
  expect(members.filter(({ comment }) => comment === "").map(({ name }) => name)).toEqual([]);
});

test("every optional public prop names its default", () => {
  const silent = members.filter(({ comment, isOptional }) => isOptional && !comment.includes("@default"));
  expect(silent.map(({ name }) => name)).toEqual([]);
});
