import { afterEach, expect, test } from "vitest";
import type { CallFault } from "../../../local/simulate.ts";
import { type SimulatedTriggers, simulateTriggers, triggersAssembly } from "./simulated-app.ts";

triggersAssembly();
let app: SimulatedTriggers;
afterEach(() => app.cloud.close());

const push = (repository: string) =>
  JSON.stringify({ ref: "refs/heads/main", after: "c0ffee", repository: { full_name: repository }, more: 1 });

test("a signed request is answered before any work, and its event begins one run, however often it is sent", async () => {
  app = await simulateTriggers();
  const { post, sign, secret, cloud } = app;
  const headers = sign(push("shop/films"), await secret());
  const first = await post(push("shop/films"), { ...headers, "x-github-delivery": "d1" });
  expect(first).toEqual({ status: 202, body: { event: expect.any(String) } });
  await cloud.advance("1 hour");
  expect(await post(push("shop/films"), { ...headers, "x-github-delivery": "d2" })).toEqual(first);
  await cloud.advance("1 hour");
  expect(await app.runs("review-push")).toEqual([["succeeded", { noted: "shop/films" }]]);
});

test("an unsigned or wrongly signed request has no effect except a 401", async () => {
  app = await simulateTriggers();
  expect(await app.post(push("a/b"), {})).toMatchObject({ status: 401 });
  expect(await app.post(push("a/b"), app.sign(push("a/b"), "guessed"))).toMatchObject({ status: 401 });
  await app.cloud.advance("1 hour");
  expect(await app.runs("review-push")).toEqual([]);
  expect(await app.quarantined()).toEqual([]);
  expect(app.logged.join("\n")).not.toContain(await app.secret());
});

test("after a new secret is stored, both are accepted; after another, the first no longer", async () => {
  app = await simulateTriggers();
  const { cloud, outputs, post, sign } = app;
  const put = (SecretString: string) =>
    cloud.call("secretsmanager", "PutSecretValue", { SecretId: outputs.WebhookSecret, SecretString });
  const statuses = async (...secrets: string[]) => {
    const answers = [];
    for (const secret of secrets) answers.push((await post(push("a/b"), sign(push("a/b"), secret))).status);
    return answers;
  };
  const first = await app.secret();
  expect(await statuses(first, "second")).toEqual([202, 401]);
  await put("second");
  await cloud.advance("10 seconds");
  expect(await statuses(first, "second")).toEqual([202, 202]);
  await put("third");
  await cloud.advance("5 minutes");
  expect(await statuses(first, "second", "third")).toEqual([401, 202, 202]);
});

test("an authentic request that breaks the contract is accepted, and quarantined with the reason", async () => {
  app = await simulateTriggers();
  for (const body of ['{"ref":7}', "{broken"]) {
    expect(await app.post(body, app.sign(body, await app.secret()))).toMatchObject({ status: 202 });
  }
  await app.cloud.advance("1 minute");
  const found = await app.quarantined();
  expect(found.map(({ subscriber, name }) => [subscriber, name])).toEqual([
    ["github-pushes", "push.received"],
    ["github-pushes", "push.received"],
  ]);
  expect(found.flatMap(({ findings }) => findings.map(({ path }) => path))).toContain("ref");
  expect(await app.runs("review-push")).toEqual([]);
});

test("bytes that are not text are verified unchanged", async () => {
  app = await simulateTriggers();
  const body = Buffer.from([0xff, 0xfe, 0x7b]);
  expect(await app.post(body, app.sign(body, await app.secret()))).toMatchObject({ status: 202 });
});

test("while the bus rejects events, requests are stored and answered; later each begins its run", async () => {
  const refusals = Array.from({ length: 40 }, (_, before) => ({
    kind: "error",
    function: "GitHubHandler",
    operation: "events:PutEvents",
    on: before + 1,
  })) as CallFault[];
  app = await simulateTriggers({ faults: { calls: refusals } });
  const repositories = ["a/one", "a/two", "a/three"];
  for (const name of repositories) {
    expect(await app.post(push(name), app.sign(push(name), await app.secret()))).toMatchObject({
      status: 202,
    });
  }
  expect(await app.runs("review-push")).toEqual([]);
  await app.cloud.advance("1 hour");
  expect((await app.runs("review-push")).map(([, output]) => output)).toEqual(
    [...repositories].sort().map((noted) => ({ noted })),
  );
});

test("with crashes, lost answers and duplicates, each delivery begins one run", async () => {
  app = await simulateTriggers({
    seed: 7,
    faults: {
      duplicates: 0.3,
      interleave: true,
      calls: [
        { kind: "lost", chance: 0.05 },
        { kind: "crash-after", chance: 0.02 },
      ],
    },
  });
  const secret = await app.secret();
  for (const name of ["a/one", "a/two", "a/three", "a/four"]) {
    // As a sender does: again until it is taken.
    for (let status = 0; status !== 202; )
      ({ status } = await app.post(push(name), app.sign(push(name), secret)));
  }
  await app.cloud.advance("3 hours");
  const runs = await app.runs("review-push");
  expect(runs).toHaveLength(4);
  expect(runs.every(([status]) => status === "succeeded")).toBe(true);
}, 60_000);
