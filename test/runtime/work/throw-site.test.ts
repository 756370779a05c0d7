import { join } from "node:path";
import { expect, test } from "vitest";
import { frameOf, throwSite } from "../../../lambdas/runtime/work/throw-site.ts";
import { ask, giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";

const SOURCE = ["const customers = {};", "", "const find = (id) =>", "\tcustomers[id].name;", "", "end"].join(
  "\n",
);

function errorAt(...frames: string[]): Error {
  const error = new TypeError("Cannot read properties of undefined");
  error.stack = [`TypeError: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const ROOT = "/app/cdk.out/asset.1";
const FRAMES = [
  "find (/app/workflows/shop/fetch-customer.lambda.ts:4:16)",
  "async file:///app/workflows/shop/fetch-customer.lambda.ts:9:18",
  "async send (/app/node_modules/@smithy/core/dist/send.js:1:1)",
  "async withTimeout (/app/lambdas/runtime/work/timeout.ts:29:32)",
  "process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
];

test("the location is the innermost frame of the project's own code; packages and the runtime are left out", () => {
  expect(throwSite(errorAt(...FRAMES), ROOT, () => SOURCE)).toEqual({
    location: "workflows/shop/fetch-customer.lambda.ts:4:16",
    stack: [
      "at workflows/shop/fetch-customer.lambda.ts:4:16",
      "at workflows/shop/fetch-customer.lambda.ts:9:18",
    ].join("\n"),
    code: [
      "  2 |",
      "  3 | const find = (id) =>",
      "> 4 | \tcustomers[id].name;",
      "    | \t              ^",
      "  5 |",
      "  6 | end",
    ].join("\n"),
  });
});

test("in Lambda, without the sources, there is a location and no code", () => {
  const frames = FRAMES.map((frame) => frame.replace("/app/", "/"));
  const site = throwSite(errorAt(...frames), "/var/task", () => undefined);
  expect(site.location).toBe("workflows/shop/fetch-customer.lambda.ts:4:16");
  expect(site).not.toHaveProperty("code");
});

test("without a source map there is no location: the bundle's lines say nothing", () => {
  expect(throwSite(errorAt(`find (${ROOT}/index.mjs:1:2000)`), ROOT, () => SOURCE)).toEqual({});
});

test("the causes are in the stack, also those with only a code", () => {
  const refused = Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
  const error = errorAt(FRAMES[0]!);
  error.cause = new TypeError("fetch failed", { cause: refused });
  expect(throwSite(error, ROOT, () => undefined).stack).toBe(
    [
      "at workflows/shop/fetch-customer.lambda.ts:4:16",
      "caused by TypeError: fetch failed",
      "caused by AggregateError: ECONNREFUSED",
    ].join("\n"),
  );
});

test.each([giveUp, waitAndRetry, ask])(
  "the location of a failure with a policy is the caller's: %o",
  (make) => {
    const { location } = throwSite(
      make("no such customer"),
      join(import.meta.dirname, "asset"),
      () => undefined,
    );
    expect(location).toMatch(/^throw-site\.test\.ts/);
  },
);

test("a position that the file no longer has has no code", () => {
  expect(frameOf(SOURCE, 40, 1)).toBeUndefined();
});
