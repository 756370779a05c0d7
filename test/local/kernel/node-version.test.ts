import { expect, test } from "vitest";
import { requireNode } from "../../../local/kernel/node-version.ts";

test.each(["24.16.0", "24.21.0", "26.0.0", "27.1.0"])("the local cloud runs on Node %s", (version) => {
  expect(() => requireNode(version)).not.toThrow();
});

test.each(["20.20.2", "22.18.0", "24.0.0", "24.15.1", "25.9.0"])("Node %s is refused", (version) => {
  expect(() => requireNode(version)).toThrow(
    `The local cloud needs Node 24.16 or a newer version of Node 24, or Node 26 or newer; this is Node ${version}. Install one of them.`,
  );
});
