import { expect, test } from "vitest";
import type { HttpRequest } from "../../../local/kernel/service.ts";
import { statusService } from "../../../local/reload/status-service.ts";

test.each([
  ["http://127.0.0.1:4566", "npm run millrace --"],
  ["http://127.0.0.1:4600", "npm run millrace -- --endpoint http://127.0.0.1:4600"],
])("the status of the cloud at %s says how to call the command line: %s", async (endpoint, command) => {
  const request = { method: "GET", path: "/_millrace/status" } as HttpRequest;
  const { body } = (await statusService("/app", endpoint).http!(request))!;
  expect(JSON.parse(String(body))).toEqual({ project: "/app", pid: process.pid, command });
});
