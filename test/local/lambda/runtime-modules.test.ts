import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Environment } from "../../../local/lambda/runner.ts";
import { threadRunner } from "../../../local/lambda/thread/runner.ts";

// Far from any node_modules, as a function's code is in Lambda.
const folder = mkdtempSync(join(tmpdir(), "unbundled-"));
const running: Environment[] = [];
afterAll(() => {
  for (const environment of running) environment.stop();
  rmSync(folder, { recursive: true });
});

async function run(file: string, source: string) {
  writeFileSync(join(folder, file), source);
  const environment = threadRunner().start(
    {
      name: file,
      folder,
      handler: `${file.split(".")[0]}.handler`,
      memory: 128,
      logFormat: "Text",
      callbacks: false,
      variables: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128" },
    },
    () => {},
  );
  running.push(environment);
  const failed = await environment.ready;
  if (failed) return failed;
  return environment.invoke("{}", {
    requestId: "r",
    timeout: 3000,
    functionName: "f",
    functionVersion: "$LATEST",
    trace: "",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
    logGroupName: "/aws/lambda/f",
    logStreamName: "stream",
  });
}

const CLIENT = { kind: "answer", payload: '"SQSClient"' };

test("a CommonJS function that was not bundled has the AWS SDK", async () => {
  const source = `const { SQSClient } = require("@aws-sdk/client-sqs");
    exports.handler = async () => new SQSClient({ region: "us-east-1" }).constructor.name;`;
  expect(await run("common.js", source)).toEqual(CLIENT);
});

test("an ES module that was not bundled has the AWS SDK", async () => {
  const source = `import { SQSClient } from "@aws-sdk/client-sqs";
    export const handler = async () => new SQSClient({ region: "us-east-1" }).constructor.name;`;
  expect(await run("module.mjs", source)).toEqual(CLIENT);
});

test("a client that is not installed is named, with what to do", async () => {
  const failed = await run("absent.cjs", `require("@aws-sdk/client-no-such-service");`);
  expect(failed).toMatchObject({
    error: {
      errorType: "Runtime.ImportModuleError",
      errorMessage: expect.stringMatching(
        /Cannot find module '@aws-sdk\/client-no-such-service'[\s\S]*npm install --save-dev @aws-sdk\/client-no-such-service/,
      ),
    },
  });
});

test("other packages must be the function's own", async () => {
  const failed = await run("other.cjs", `require("zod");`);
  expect(failed).toMatchObject({
    error: { errorMessage: expect.stringContaining("Cannot find module 'zod'") },
  });
});
