import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterEach, expect, test } from "vitest";
import { LARGEST_ANSWER } from "../../../lambdas/runtime/model/capped-fetch.ts";
import { largestText } from "../../../lambdas/runtime/model/capped-text.ts";
import { classify } from "../../../lambdas/runtime/model/failures.ts";
import { imageModel } from "../../../lambdas/runtime/model/image-model.ts";
import { languageModel } from "../../../lambdas/runtime/model/language-model.ts";
import { greeting } from "./greeting.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** An endpoint that repeats a part of its answer until the connection ends, after at most four times the limit. */
async function endless({ status = 200, type, first = "", part }: Endless) {
  const sent = { bytes: 0, cut: false };
  function* parts() {
    yield first;
    for (; sent.bytes < 4 * LARGEST_ANSWER; sent.bytes += part.length) yield part;
  }
  server = createServer((request, response) => {
    response.writeHead(status, { "content-type": type });
    request.resume();
    pipeline(Readable.from(parts(), { objectMode: false }), response).catch(() => {
      sent.cut = true;
    });
  });
  await new Promise<void>((listening) => server!.listen(0, "127.0.0.1", listening));
  return { sent, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

interface Endless {
  status?: number;
  type: string;
  first?: string;
  part: string;
}

const LONG = "x".repeat(1_000_000);
const delta = {
  id: "1",
  created: 0,
  model: "m",
  choices: [{ index: 0, delta: { content: "x".repeat(100) } }],
};
const endpointAt = (url: string) => ({ provider: "openai-compatible" as const, url, model: "m" });

test.each<[string, Endless, string?]>([
  [
    "a stream of deltas",
    { type: "text/event-stream", part: `data: ${JSON.stringify(delta)}\n\n` },
    `${largestText(50)} characters`,
  ],
  ["a stream of comments", { type: "text/event-stream", part: `: ${LONG}\n\n` }],
  ["one line", { type: "text/event-stream", first: "data: ", part: LONG }],
  ["an error", { status: 500, type: "application/json", first: '{"error":"', part: LONG }],
])("%s that never stops is cut off, and gives up", async (_, of, most = `${LARGEST_ANSWER} bytes`) => {
  const { url, sent } = await endless(of);
  const model = await languageModel(
    { ...endpointAt(url), prices: { input: 0, output: 0 } },
    () => undefined,
    async () => "key",
  );
  const asked = greeting(model);
  const failure = classify(await asked.catch((error) => error), "m");
  expect(failure).toMatchObject({ policy: "give-up", name: "ModelAnswerTooLarge" });
  expect((failure as Error).message).toContain(most);
  await expect.poll(() => sent.cut).toBe(true);
  expect(sent.bytes).toBeLessThan(2 * LARGEST_ANSWER);
});

test("a picture that never ends is cut off, and gives up", async () => {
  const { url, sent } = await endless({
    type: "application/json",
    first: '{"data":[{"b64_json":"',
    part: LONG,
  });
  const model = await imageModel(
    { ...endpointAt(url), price: 0 },
    () => new Uint8Array(),
    async () => "key",
  );
  const painted = model.doGenerate({
    prompt: "a tide",
    n: 1,
    size: "1024x1024",
    seed: undefined,
    aspectRatio: undefined,
    files: undefined,
    mask: undefined,
    providerOptions: {},
  });
  const failure = classify(await Promise.resolve(painted).catch((error) => error), "m");
  expect(failure).toMatchObject({ policy: "give-up", name: "ModelAnswerTooLarge" });
  await expect.poll(() => sent.cut).toBe(true);
});
