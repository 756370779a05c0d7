import { afterEach, expect, test } from "vitest";
import type { CallFault } from "../../../local/simulate.ts";
import { openWorld, triggersAssembly, type World } from "./world.ts";

triggersAssembly();
let world: World;
afterEach(() => world.cloud.close());

const push = (repository: string) =>
  JSON.stringify({ ref: "refs/heads/main", after: "c0ffee", repository: { full_name: repository }, more: 1 });

test("a signed request is answered before any work, and its event begins one run, however often it is sent", async () => {
  world = await openWorld();
  const { post, sign, secret, cloud } = world;
  const headers = sign(push("shop/films"), await secret());
  const first = await post(push("shop/films"), { ...headers, "x-github-delivery": "d1" });
  expect(first).toEqual({ status: 202, body: { event: expect.any(String) } });
  await cloud.advance("1 hour");
  expect(await post(push("shop/films"), { ...headers, "x-github-delivery": "d2" })).toEqual(first);
  await cloud.advance("1 hour");
  expect(await world.runs("review-push")).toEqual([["succeeded", { noted: "shop/films" }]]);
});

test("an unsigned or wrongly signed request has no effect except a 401", async () => {
  world = await openWorld();
  expect(await world.post(push("a/b"), {})).toMatchObject({ status: 401 });
  expect(await world.post(push("a/b"), world.sign(push("a/b"), "guessed"))).toMatchObject({ status: 401 });
  await world.cloud.advance("1 hour");
  expect(await world.runs("review-push")).toEqual([]);
  expect(await world.quarantined()).toEqual([]);
  expect(world.logged.join("\n")).not.toContain(await world.secret());
});

test("after a new secret is stored, both are accepted; after another, the first no longer", async () => {
  world = await openWorld();
  const { cloud, outputs, post, sign } = world;
  const put = (SecretString: string) =>
    cloud.call("secretsmanager", "PutSecretValue", { SecretId: outputs.WebhookSecret, SecretString });
  const statuses = async (...secrets: string[]) => {
    const answers = [];
    for (const secret of secrets) answers.push((await post(push("a/b"), sign(push("a/b"), secret))).status);
    return answers;
  };
  const first = await world.secret();
  expect(await statuses(first, "second")).toEqual([202, 401]);
  await put("second");
  await cloud.advance("10 seconds");
  expect(await statuses(first, "second")).toEqual([202, 202]);
  await put("third");
  await cloud.advance("5 minutes");
  expect(await statuses(first, "second", "third")).toEqual([401, 202, 202]);
});

test("an authentic request that breaks the contract is accepted, and quarantined with the reason", async () => {
  world = await openWorld();
  for (const body of ['{"ref":7}', "{broken"]) {
    expect(await world.post(body, world.sign(body, await world.secret()))).toMatchObject({ status: 202 });
  }
  await world.cloud.advance("1 minute");
  const found = await world.quarantined();
  expect(found.map(({ subscriber, name }) => [subscriber, name])).toEqual([
    ["github-pushes", "push.received"],
    ["github-pushes", "push.received"],
  ]);
  expect(found.flatMap(({ findings }) => findings.map(({ path }) => path))).toContain("ref");
  expect(await world.runs("review-push")).toEqual([]);
});

test("bytes that are not text are verified unchanged", async () => {
  world = await openWorld();
  const body = Buffer.from([0xff, 0xfe, 0x7b]);
  expect(await world.post(body, world.sign(body, await world.secret()))).toMatchObject({ status: 202 });
});

test("while the bus rejects events, requests are stored and answered; later each begins its run", async () => {
  const refusals = Array.from({ length: 40 }, (_, before) => ({
    kind: "error",
    function: "GitHubHandler",
    operation: "events:PutEvents",
    on: before + 1,
  })) as CallFault[];
  world = await openWorld({ faults: { calls: refusals } });
  const repositories = ["a/one", "a/two", "a/three"];
  for (const name of repositories) {
    expect(await world.post(push(name), world.sign(push(name), await world.secret()))).toMatchObject({
      status: 202,
    });
  }
  expect(await world.runs("review-push")).toEqual([]);
  await world.cloud.advance("1 hour");
  expect((await world.runs("review-push")).map(([, output]) => output)).toEqual(
    [...repositories].sort().map((noted) => ({ noted })),
  );
});

test("with crashes, lost answers and duplicates, each delivery begins one run", async () => {
  world = await openWorld({
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
  const secret = await world.secret();
  for (const name of ["a/one", "a/two", "a/three", "a/four"]) {
    // As a sender does: again until it is taken.
    for (let status = 0; status !== 202; )
      ({ status } = await world.post(push(name), world.sign(push(name), secret)));
  }
  await world.cloud.advance("3 hours");
  const runs = await world.runs("review-push");
  expect(runs).toHaveLength(4);
  expect(runs.every(([status]) => status === "succeeded")).toBe(true);
}, 60_000);
