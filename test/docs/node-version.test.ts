import { expect, test } from "vitest";
import { read } from "./repository.ts";

const textOf = (file: string) => read(file).replaceAll(/\s+/g, " ");
const { engines } = JSON.parse(textOf("package.json"));

test.each([
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/embedding.md",
  "bin/node-version.ts",
  "bin/doctor/checks.ts",
])("%s names the oldest Node of package.json", (file) => {
  const oldest = engines.node.replace(">=", "");
  expect(textOf(file)).toMatch(new RegExp(`Node(\\.js)? ${oldest.replace(".", "\\.")} or newer`));
});

test.each(["CHANGELOG.md", "docs/embedding.md", "docs/local-cloud.md"])(
  "%s names the Node that the local cloud needs",
  (file) => {
    expect(textOf(file)).toMatch(/Node 24\.16 or a newer version of Node 24, or Node 26/);
  },
);
