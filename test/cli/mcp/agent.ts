import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { onTestFinished } from "vitest";
import type { CallApi } from "../../../bin/mcp/api.ts";
import type { OpenApi } from "../../../bin/mcp/route.ts";
import { mcpServer } from "../../../bin/mcp/server.ts";
import { workflowTools } from "../../../bin/mcp/workflow-tools.ts";
import { NOW } from "../../runtime/api/fixtures.ts";
import { testApi } from "../../runtime/api/test-api.ts";

type Given = Parameters<typeof testApi>[0];

/** An agent connected to the API over fakes by the SDK's client. Time passes by sleeping alone. */
export async function agent(given: Given = {}, options: { token?: string; workflows?: string[] } = {}) {
  const api = testApi(given);
  const authorization = options.token === undefined ? undefined : `Bearer ${options.token}`;
  const call: CallApi = async ({ method, path, headers, body }) => {
    const asking = {
      headers: { ...headers, "content-type": undefined, ...(authorization && { authorization }) },
    };
    const { status, json } =
      method === "GET" ? await api.get(`/api${path}`, asking) : await api.post(`/api${path}`, body, asking);
    return { ok: status === 200, value: json };
  };
  let time = NOW;
  let keys = 0;
  const { json: document } = await api.get("/api/openapi.json");
  const ports = {
    call,
    newKey: () => `key-${++keys}`,
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
  const tools = options.workflows && (await workflowTools(options.workflows, call));
  const server = mcpServer(document as OpenApi, ports, tools);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(ours);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(theirs);
  onTestFinished(() => client.close());
  return {
    api,
    client,
    passed: () => time - NOW,
    async use(name: string, given: Record<string, unknown> = {}) {
      const { content, isError } = await client.callTool({ name, arguments: given });
      const [{ text }] = content as { text: string }[] as [{ text: string }];
      return { text, isError: isError === true, json: parsed(text) };
    },
  };
}

/** Undefined for a refusal, and for what was cut. */
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
