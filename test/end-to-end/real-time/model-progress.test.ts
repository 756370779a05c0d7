import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { triageApp } from "../../../examples/triage/app.ts";
import type { Cloud } from "../../../local/cloud.ts";
import { millrace, newFolder, start, until } from "./harness.ts";

/** An endpoint of OpenAI's protocol that writes what the test lets it write. */
interface Endpoint {
  url: string;
  /** The response of the n-th call, as soon as it has begun. */
  call(n: number): Promise<ServerResponse>;
  close(): void;
}

async function openEndpoint(): Promise<Endpoint> {
  const calls: ServerResponse[] = [];
  const server: Server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "text/event-stream");
      calls.push(response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    call: (n) => until(`call ${n} of the model`, async () => calls[n - 1]),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function write(response: ServerResponse, content: string): void {
  const chunk = { id: "1", created: 0, model: "m", object: "chat.completion.chunk" };
  const choices = [{ index: 0, delta: { role: "assistant", content } }];
  response.write(`data: ${JSON.stringify({ ...chunk, choices })}\n\n`);
}

function finish(response: ServerResponse): void {
  const usage = { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 };
  const choices = [{ index: 0, delta: {}, finish_reason: "stop" }];
  response.write(`data: ${JSON.stringify({ id: "1", choices })}\n\n`);
  response.write(`data: ${JSON.stringify({ id: "1", choices: [], usage })}\n\n`);
  response.end("data: [DONE]\n\n");
}

let endpoint: Endpoint;
let cloud: Cloud;
beforeAll(async () => {
  endpoint = await openEndpoint();
  process.env.MILLRACE_MODEL = `${endpoint.url}?model=stub&input=1&output=5`;
  const folder = newFolder();
  triageApp(folder).synth();
  delete process.env.MILLRACE_MODEL;
  cloud = await start(folder, undefined);
}, 120_000);
afterAll(async () => {
  endpoint.close();
  await cloud.close();
});

const STEP = "sort-ticket";
const ANSWER = ['{"category":"billing",', '"hours":24,"reply":"Thank you."}'] as const;

test("people read an answer while the model writes it; a retry and the end discard the text", async () => {
  const { out } = await millrace(cloud.endpoint, ["--stack", "Triage", "--json", "console"]);
  const { url, token } = JSON.parse(out);
  const headers = { authorization: `Bearer ${token}`, "idempotency-key": "one" };
  const get = async (path: string) => (await fetch(new URL(`api/${path}`, url), { headers })).json() as any;
  const ticket = { ticketId: "t", subject: "Invoice", text: "Charged twice." };
  await fetch(new URL("api/events", url), {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ name: "ticket.opened", version: 1, payload: ticket, why: "a test" }),
  });

  const first = await endpoint.call(1);
  const { run } = await until("the run", async () => (await get("runs")).items[0]);
  const progress = async () => (await get(`runs/${run}/progress?path=${STEP}`)).progress;
  expect(await progress()).toBeUndefined();
  write(first, ANSWER[0]);
  const shown = await until("the text", progress);
  expect(shown).toMatchObject({
    attempt: 1,
    prompt: "sort-ticket",
    model: "openai-compatible:stub",
    text: ANSWER[0],
    tokens: { output: 6 },
  });
  expect(shown.usd).toBeCloseTo((shown.tokens.input + 5 * 6) / 1e6, 6);

  // The connection breaks: the second attempt has not written anything yet.
  first.destroy();
  const second = await endpoint.call(2);
  expect(await progress()).toBeUndefined();
  write(second, "{");
  expect(await until("the text of the second attempt", progress)).toMatchObject({ attempt: 2, text: "{" });
  write(second, ANSWER.join("").slice(1));
  finish(second);
  const detail = await until("the end", async () => {
    const found = await get(`runs/${run}`);
    return found.status === "succeeded" ? found : undefined;
  });
  expect(detail).toMatchObject({
    output: { category: "billing", hours: 24 },
    cost: { tokens: expect.any(Number) },
  });
  expect(await progress()).toBeUndefined();

  const traced = await millrace(cloud.endpoint, ["--stack", "Triage", "trace", run, "--content"]);
  expect(traced.out).toContain("sort-ticket, attempt 1\n");
  expect(traced.out).toMatch(/attempt 2\n.*openai-compatible:stub {2}120 in, 30 out {2}\$0\.00027/);
  expect(traced.out).toContain("user: The ticket:\n");
  expect(traced.out).toContain(`answer: ${ANSWER.join("")}`);
}, 120_000);
