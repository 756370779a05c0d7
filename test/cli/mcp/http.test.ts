import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, onTestFinished, test, vi } from "vitest";
import { serveHttp } from "../../../bin/mcp/http.ts";
import { mcpServer } from "../../../bin/mcp/server.ts";

async function served() {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const server = await serveHttp(
    () =>
      mcpServer(
        { info: { version: "1" }, paths: {} },
        {
          call: async () => ({ ok: false, value: "not asked" }),
          newKey: () => "k",
          now: () => 0,
          sleep: async () => {},
        },
      ),
    0,
  );
  const text = printed.mock.calls.map(([chunk]) => String(chunk)).join("");
  printed.mockRestore();
  onTestFinished(() => void server.close());
  const [url] = /http:\S+/.exec(text)!;
  const [, authorization] = /Authorization: (.+)/.exec(text)!;
  return { url, authorization: authorization! };
}

const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

test("the SDK's client connects over HTTP with the secret of this start", async () => {
  const { url, authorization } = await served();
  const client = new Client({ name: "test", version: "1" });
  const requestInit = { headers: { authorization } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).toSorted()).toEqual(["explain_run", "follow_run"]);
  await client.close();
});

test("who lacks the secret, and a page of a browser that has it, are refused", async () => {
  const { url, authorization } = await served();
  const post = (headers: Record<string, string>) =>
    fetch(url, { method: "POST", headers: { ...HEADERS, ...headers }, body: PING });
  expect((await post({})).status).toBe(401);
  expect((await post({ authorization: "Bearer guess" })).status).toBe(401);
  expect((await post({ authorization, origin: "https://evil.example" })).status).toBe(403);
  expect((await post({ authorization })).status).toBe(200);
});
