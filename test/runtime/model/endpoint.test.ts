import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { languageModel } from "../../../lambdas/runtime/model/language-model.ts";
import { greeting } from "./greeting.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** An endpoint of OpenAI's protocol, as Ollama has one. */
async function endpoint(seen: { key?: string | undefined; body?: any }) {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.key = request.headers.authorization;
      seen.body = JSON.parse(body);
      response.setHeader("content-type", "text/event-stream");
      const chunk = (delta: object, more: object = {}) =>
        response.write(
          `data: ${JSON.stringify({ id: "1", created: 0, model: "m", object: "chat.completion.chunk", choices: [{ index: 0, delta, ...more }] })}\n\n`,
        );
      chunk({ role: "assistant", content: '{"text":' });
      chunk({ content: '"Hi."}' }, { finish_reason: "stop" });
      const usage = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 };
      response.write(`data: ${JSON.stringify({ id: "1", choices: [], usage })}\n\n`);
      response.end("data: [DONE]\n\n");
    });
  });
  await new Promise<void>((listening) => server!.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

test("An endpoint of OpenAI's protocol answers, with its key and its usage.", async () => {
  const seen: { key?: string; body?: any } = {};
  const setting = {
    provider: "openai-compatible" as const,
    url: await endpoint(seen),
    model: "llama3.2",
    prices: { input: 0, output: 0 },
    secret: "arn:key",
  };
  const model = await languageModel(
    setting,
    () => undefined,
    async (secret) => `key of ${secret}`,
  );
  const lengths: number[] = [];
  const answer = await greeting(model, (text) => lengths.push(text.length));
  expect(answer).toEqual({
    text: '{"text":"Hi."}',
    calls: [],
    ended: "stop",
    tokens: { input: 12, output: 7 },
  });
  expect(lengths).toEqual([8, 14]);
  expect(seen.key).toBe("Bearer key of arn:key");
  expect(seen.body).toMatchObject({
    model: "llama3.2",
    max_tokens: 50,
    messages: [
      { role: "system", content: "You greet." },
      { role: "user", content: "Greet Ada." },
    ],
    // A strict schema would have to require all fields and forbid others: OpenAI answers 400 otherwise.
    response_format: { type: "json_schema", json_schema: { strict: false } },
  });
});
