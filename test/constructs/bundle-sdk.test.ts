import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleHandlers } from "../../lib/constructs/bundles/bundle-handlers.ts";

/** What Millrace's functions load at a cold start. The SDK's clients are next to it, and loaded when they are used. */

const ROOT = join(import.meta.dirname, "../..");
const SUFFIX = ".lambda.ts";
const own = readdirSync(join(ROOT, "lambdas")).filter((name) => name.endsWith(SUFFIX));
const runtime = (path: string) => JSON.stringify(join(ROOT, "lambdas/runtime", path));

/** Handlers with all that the runtime brings along, and nothing else. */
const USERS = {
  worker: `import { worker } from ${runtime("index.ts")};
    export const handler = worker({} as any, async () => 1);`,
  reaction: `import { reaction } from ${runtime("index.ts")};
    export const handler = reaction({ delivery: {} } as any, async () => {});`,
  intake: `import { intake } from ${runtime("index.ts")};
    export const handler = intake({} as any);`,
  webhook: `import { webhook } from ${runtime("index.ts")};
    export const handler = webhook({} as any, {} as any);`,
  table: `import { openTable } from ${runtime("aws/table/table.ts")};
    import { PutCommand } from ${runtime("aws/client/dynamodb-commands.ts")};
    import { invokeVersion } from ${runtime("aws/release/function-versions.ts")};
    export const put = (Item: object) =>
      openTable("items").client.send(new PutCommand({ TableName: "items", Item }));
    export { invokeVersion };`,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-bundles-"));
  const entries = new Map(own.map((name) => [basename(name, SUFFIX), join(ROOT, "lambdas", name)]));
  for (const [name, text] of Object.entries(USERS)) {
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, text);
    entries.set(name, file);
  }
  bundleHandlers(entries, join(folder, "bundles"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = [...own.map((name) => basename(name, SUFFIX)), ...Object.keys(USERS)];

/** By bundle, with some room: a new handler has a reason to be larger. */
const MOST_MODULES = 260;
const MOST_KB = 200;
/** It checks its requests with zod and serves with hono. */
const API = { modules: 400, kilobytes: 1_300 };

test.each(NAMES)("the bundle of %s has no client of the SDK, and few modules", (name) => {
  const file = join(folder, "bundles", name, "index.mjs");
  const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: string[] };
  const packages = sources.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "");
  const ofSdk = packages.filter((one) => one.startsWith("@aws-sdk/") || one.startsWith("@smithy/"));
  const allowed = ["@aws-sdk/util-dynamodb", "@smithy/core", "@smithy/types"];
  expect([...new Set(ofSdk)].filter((one) => !allowed.includes(one))).toEqual([]);
  expect(sources.length).toBeLessThan(name === "api" ? API.modules : MOST_MODULES);
  const kilobytes = readFileSync(file).length / 1024;
  expect(kilobytes).toBeLessThan(name === "api" ? API.kilobytes : MOST_KB);
});

test("next to each bundle is a file for each part of the SDK that functions load", () => {
  const parts = readdirSync(join(ROOT, "lambdas/runtime/aws/client/sdk")).map((name) =>
    basename(name, ".ts"),
  );
  for (const name of NAMES) {
    const files = readdirSync(join(folder, "bundles", name, "sdk"));
    expect(files).toEqual(expect.arrayContaining(parts.map((part) => `${part}.mjs`)));
  }
});

test.each([
  ["a command", `put({ pk: "a" })`, "DynamoDB_20120810.PutItem"],
  ["a service", `invokeVersion("arn:aws:lambda:cn-north-1:000000000000:function:f:1", {})`, undefined],
])(
  "a call of %s that is not direct is sent by the SDK from the folder of the bundle",
  async (_what, call, target) => {
    const asked: (string | string[] | undefined)[][] = [];
    const server = createServer((request, response) => {
      asked.push([request.headers["user-agent"], request.headers["x-amz-target"]]);
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const program = `const made = await import(${JSON.stringify(join(folder, "bundles/table/index.mjs"))});
    await made.${call};`;
    const environment = {
      PATH: process.env.PATH,
      AWS_LAMBDA_FUNCTION_NAME: "f",
      // Its endpoints are known to the SDK only.
      AWS_REGION: "cn-north-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    };
    const arguments_ = ["--input-type=module", "--eval", program];
    await promisify(execFile)(process.execPath, arguments_, { env: environment });
    server.close();
    expect(asked).toEqual([[expect.stringMatching(/^aws-sdk-js/), target]]);
  },
);
