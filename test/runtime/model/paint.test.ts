import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { type ImageModel, imageModel } from "../../../lambdas/runtime/model/image-model.ts";
import { defineImagePrompt } from "../../../lambdas/runtime/model/image-prompt.ts";
import { paint } from "../../../lambdas/runtime/model/paint.ts";
import { artifactPaintings, noPaintings } from "../../../lambdas/runtime/model/painting-records.ts";
import type { Budget } from "../../../lib/contract/budget.ts";
import { toFailure } from "../../../lib/contract/failure.ts";
import type { ImageModelSetting } from "../../../lib/contract/image-model.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";

const PICTURE = Buffer.from("a picture");
const scene = defineImagePrompt("scene", {
  ask: ({ heading }: { heading: string; seed: number }) => `A picture of ${heading}`,
  size: "1280x720",
  seed: ({ seed }) => seed,
  byRule: ({ heading }) => Buffer.from(`drawn: ${heading}`),
});
const tides = { heading: "tides", seed: 7 };
const BEDROCK: ImageModelSetting = { provider: "bedrock", model: "canvas", price: 0.04 };

let server: Server | undefined;
afterEach(() => server?.close());

/** An endpoint of OpenAI's protocol that creates images, or answers as configured. */
async function endpoint(answers: { status: number; body: unknown; headers?: Record<string, string> }[]) {
  const seen: { path: string; key: string | undefined; body: any }[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.push({ path: request.url!, key: request.headers.authorization, body: JSON.parse(body) });
      const answer = answers[seen.length - 1] ?? answers.at(-1)!;
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((listening) => server!.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const setting: ImageModelSetting = {
    provider: "openai-compatible",
    url,
    model: "painter",
    price: 0.02,
    secret: "arn:key",
    size: "1536x1024",
  };
  const model = await imageModel(
    setting,
    () => PICTURE,
    async (secret) => `key of ${secret}`,
  );
  return { seen, setting, model };
}
const painted = { status: 200, body: { data: [{ b64_json: PICTURE.toString("base64") }] } };

function contextOf() {
  const spent: { estimate: Budget; actual: Budget }[] = [];
  return {
    spent,
    signal: new AbortController().signal,
    log: { info: vi.fn(), warn: vi.fn(), error: vi.fn() },
    async spend<Value>(estimate: Budget, call: () => Promise<{ value: Value; actual: Budget }>) {
      const { value, actual } = await call();
      spent.push({ estimate, actual });
      return value;
    },
  };
}

const failureOf = async (painting: Promise<unknown>) => toFailure(await painting.catch((error) => error));

test("An endpoint of OpenAI's protocol paints, with its key, for its price.", async () => {
  const { seen, setting, model } = await endpoint([painted]);
  const context = contextOf();
  const painting = await paint(scene, tides, context, { setting, model, records: noPaintings() });
  expect(painting).toEqual({ picture: PICTURE, by: "openai-compatible:painter", usd: 0.02 });
  expect(context.spent).toEqual([{ estimate: { usd: 0.02 }, actual: { usd: 0.02 } }]);
  expect(seen).toMatchObject([
    {
      path: "/v1/images/generations",
      key: "Bearer key of arn:key",
      body: { model: "painter", prompt: "A picture of tides", n: 1, size: "1536x1024" },
    },
  ]);
});

test("The embedded model draws by the prompt's rule, for nothing.", async () => {
  const setting: ImageModelSetting = { provider: "embedded" };
  const model = await imageModel(
    setting,
    () => scene.byRule(tides),
    async () => "",
  );
  const painting = await paint(scene, tides, contextOf(), { setting, model, records: noPaintings() });
  expect({ ...painting, picture: Buffer.from(painting.picture).toString() }).toEqual({
    picture: "drawn: tides",
    by: "embedded",
    usd: 0,
  });
});

test("An image of a run is paid for once, also after a crash; another seed is another image.", async () => {
  const { seen, setting, model } = await endpoint([painted]);
  const { artifacts } = memoryArtifacts();
  const context = contextOf();
  const again = async (wish: typeof tides) =>
    await paint(scene, wish, context, { setting, model, records: artifactPaintings({ artifacts }) });
  const first = await again(tides);
  expect(await again({ ...tides })).toEqual(first);
  expect([seen.length, context.spent.length]).toEqual([1, 1]);
  await again({ ...tides, seed: 8 });
  expect([seen.length, context.spent.length]).toEqual([2, 2]);
});

test.each([
  [500, {}, { policy: "retry" }],
  [503, {}, { policy: "retry" }],
  [503, { "retry-after": "3" }, { policy: "wait", after: 3_000 }],
  [429, { "retry-after": "7" }, { policy: "wait", after: 7_000 }],
  [400, {}, { policy: "give-up", name: "ModelRequestInvalid" }],
  [403, {}, { policy: "give-up", name: "ModelRefused" }],
])("An endpoint's %s with %j decides what happens next.", async (status, headers, expected) => {
  const { setting, model, seen } = await endpoint([
    { status, body: { error: { message: "no" } }, headers },
    painted,
  ]);
  const painting = paint(scene, tides, contextOf(), { setting, model, records: noPaintings() });
  expect(await failureOf(painting)).toMatchObject(expected);
  expect(seen).toHaveLength(1);
});

test("A model's refusal gives up, so that the fallback runs; a missing image is retried.", async () => {
  const modelOf = (doGenerate: ImageModel["doGenerate"]) => ({
    setting: BEDROCK,
    model: { doGenerate },
    records: noPaintings(),
  });
  const moderated = modelOf(async () => {
    throw new Error("Amazon Bedrock request was moderated: Violence");
  });
  expect(await failureOf(paint(scene, tides, contextOf(), moderated))).toMatchObject({
    policy: "give-up",
    name: "ModelDeclined",
  });
  const empty = modelOf(async () => ({
    images: [],
    warnings: [],
    response: { timestamp: new Date(0), modelId: "canvas", headers: undefined },
  }));
  expect(await failureOf(paint(scene, tides, contextOf(), empty))).toMatchObject({
    policy: "retry",
    message: "The image model returned no image.",
  });
});
