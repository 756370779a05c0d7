import { expect, test } from "vitest";
import type { GroupMessage } from "../../../lambdas/runtime/work/group/message.ts";
import { waitAndRetry } from "../../../lib/contract/failure.ts";
import { type SentGroup, wholeMessage } from "../../../lib/contract/groups/grouped-list.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { ClaimItem, DeferredItem } from "../../../lib/contract/table.ts";
import { group, groupHarness, specs } from "./group-harness.ts";
import { RUN } from "./work-harness.ts";

/** A list of parcels in one message: each is packed, then weighed. */
const [pack, weigh] = group.group.steps;
const sent: GroupMessage & { group: SentGroup } = {
  ...group,
  path: "parcels",
  group: {
    values: {},
    steps: [pack!, weigh!],
    answer: {},
    each: {
      path: "parcels",
      items: ["a", "b", "c"].map((id) => ({ v0: { id } })),
      answer: {
        field: "parcels",
        input: { kind: "parcel" },
        fills: [{ at: ["text"], from: { result: 1 }, select: ["text"] }],
      },
    },
  },
};
const message = wholeMessage(sent);
const ANSWER = {
  parcels: ["a", "b", "c"].map((id) => ({ kind: "parcel", text: `${id} pack weigh` })),
};
const harnessOfList = () => groupHarness(specs, message);
const answersOf = ({ machines }: ReturnType<typeof harnessOfList>) =>
  machines.answers.map(({ output }: any) => JSON.parse(output));

test("each item has claims of its own, and its value in the answer", async () => {
  const harness = harnessOfList();
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(answersOf(harness)).toEqual([ANSWER]);
  for (const at of [0, 1, 2])
    for (const name of ["pack", "weigh"])
      expect(harness.claim(`parcels[${at}]/${name}`)).toMatchObject({ state: "done", step: name });
});

test("an answer without items is an empty list", async () => {
  const harness = harnessOfList();
  const empty = { ...message.group, steps: [], list: { field: "parcels", items: [] } };
  expect(await harness.deliver({ group: empty })).toMatchObject({ answer: "success" });
  expect(answersOf(harness)).toEqual([{ parcels: [] }]);
});

test("where another delivery has completed a step, the claims of that item are read again, and followed", async () => {
  const harness = harnessOfList();
  const { claims } = harness.ports;
  const done = (path: string, text: string) => ({
    ...claimKey(RUN, 1, path),
    path,
    state: "done",
    attempt: 1,
    fence: 1,
    result: { text },
  });
  const elsewhere = new Map(
    [done("parcels[1]/pack", "b packed"), done("parcels[1]/weigh", "b pack weigh")].map((claim) => [
      claim.path,
      claim as unknown as ClaimItem,
    ]),
  );
  const read: string[][] = [];
  const ports = {
    ...harness.ports,
    claims: {
      ...claims,
      claim: async (request: Parameters<typeof claims.claim>[0]) => {
        if (request.about.path !== "parcels[1]/pack") return await claims.claim(request);
        return { kind: "done", result: { text: "b packed" } } as const;
      },
      read: async (...keys: Parameters<typeof claims.read>) => {
        read.push(keys.map(({ sk }) => sk.split("#")[2]!).toSorted());
        return keys.map(({ sk }) => elsewhere.get(sk.split("#")[2]!));
      },
    },
  };
  await harness.deliver({}, {}, ports);
  const ofItem = ["parcels[1]/pack", "parcels[1]/weigh"];
  expect(read.filter((paths) => paths.length > 1)).toEqual([ofItem]);
  expect(harness.began.map(({ step }) => step).toSorted()).toEqual(["pack", "pack", "weigh", "weigh"]);
  expect(answersOf(harness)).toEqual([ANSWER]);
});

test("a message that waits is stored as it was sent, so that a long list has room in an item", async () => {
  const harness = groupHarness(specs, sent);
  const weigh = () => Promise.reject(waitAndRetry("later", 1_000));
  expect(await harness.deliver({}, { weigh })).toMatchObject({ kind: "deferred" });
  const [stored] = harness.state.all().filter((item): item is DeferredItem => item.kind === "deferred");
  expect(stored!.message).toEqual(sent);
  harness.clock.now += 1_000;
  const again = (await harness.resend(stored)) as GroupMessage;
  expect(await harness.deliver(again)).toMatchObject({ answer: "success" });
  expect(answersOf(harness)).toEqual([ANSWER]);
});
