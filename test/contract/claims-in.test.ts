import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesIn } from "../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../lambdas/runtime/relay/change-events.ts";
import { claimAt, claimOfPath, claimsIn, followingClaim } from "../../lib/contract/groups/claims-in.ts";
import { claimKey, idempotencyKey, pathOfClaim } from "../../lib/contract/keys/claim.ts";
import type { ClaimItem, FollowingClaim } from "../../lib/contract/table.ts";
import { spanOfTry, traceparentOfEvent } from "../../lib/contract/trace.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const iso = (time: number) => new Date(time).toISOString();
const TRACE = traceparentOfEvent("e");

/** A claim that is done at its first attempt, or is running, as a worker writes it. */
function claim(path: string, position: number, began: number, more: Partial<ClaimItem> = {}): ClaimItem {
  const key = claimKey("w-1", 1, path);
  return {
    ...key,
    kind: "claim",
    run: "w-1",
    epoch: 1,
    workflow: "w",
    step: path,
    path,
    position,
    direction: "do",
    state: "running",
    owner: "o",
    lease: NOW + 60_000,
    attempt: 1,
    fence: 7,
    correlation: "c",
    cause: "e",
    hops: 0,
    traceparent: spanOfTry(TRACE, idempotencyKey(key), 7),
    startedAt: iso(began),
    changedAt: iso(began),
    revision: 1,
    expiresAt: 99,
    ...more,
  } as ClaimItem;
}
const ended = (at: number, result: unknown = { n: 1 }): Partial<ClaimItem> => ({
  state: "done",
  result,
  endedAt: iso(at),
  changedAt: iso(at),
  revision: 2,
});

/** The item of the first claim, with the others after it. The first claim's revision is 2 when the second begins. */
function itemOf([own, ...others]: readonly ClaimItem[]): ClaimItem {
  const following: FollowingClaim[] = [];
  for (const one of others) following.push(followingClaim(own!, following, one));
  const changes = others.reduce((sum, { revision }) => sum + revision - 1, 0);
  return {
    ...own!,
    revision: own!.revision + changes,
    changedAt: others.at(-1)?.changedAt ?? own!.changedAt,
    ...(others.length > 0 && { following }),
  };
}
const alone = ({ within: _, ...one }: ClaimItem) => one;

const done = claim("a", 0, NOW, ended(NOW + 5));
const second = claim("b", 1, NOW + 5, ended(NOW + 9, null));

test("a claim alone in its item is the item", () => {
  expect(claimsIn(done)).toEqual([done]);
});

test("what follows the ordinary course takes few bytes", () => {
  const { following } = itemOf([done, second, claim("c", 2, NOW + 9)]);
  expect(following).toEqual([{ p: "b", e: NOW + 9, r: null }, { p: "c" }]);
});

const name = fc.stringMatching(/^[a-z]{1,6}$/);
const last = fc.oneof(
  fc.constant({}),
  fc.record({ r: fc.jsonValue() }).map(({ r }) => ended(NOW + 40, r)),
  fc.constant({ state: "failed", failure: { policy: "retry", name: "x", message: "y" }, revision: 4 }),
  fc.constant({ state: "sealed", changedAt: iso(NOW + 70), revision: 2 }),
  fc.constant({ state: "sealed", late: { n: 2 }, endedAt: iso(NOW + 80), revision: 3, doubt: iso(NOW) }),
  fc.constant({ state: undefined, owner: undefined, lease: undefined, revision: 2 }),
  fc.constant({ attempt: 3, fence: 9, owner: "p", lease: NOW + 99, revision: 5, undoneBy: "unpack" }),
) as fc.Arbitrary<Partial<ClaimItem>>;
const group = fc
  .record({
    paths: fc.uniqueArray(name, { minLength: 2, maxLength: 6 }),
    prefix: fc.constantFrom("", "scenes[3]/"),
    gaps: fc.array(fc.nat(30), { minLength: 6, maxLength: 6 }),
    results: fc.array(fc.jsonValue(), { minLength: 6, maxLength: 6 }),
    more: last,
  })
  .map(({ paths, prefix, gaps, results, more }) =>
    paths.map((path, at) => {
      const [from, to] = [NOW + at * 10 + gaps[at]!, NOW + at * 10 + 10];
      const isLast = at === paths.length - 1;
      const undo = at % 2 === 0 ? { undo: { step: "undo", input: results[at] } } : {};
      return claim(`${prefix}${path}`, at, from, isLast ? more : { ...ended(to, results[at]), ...undo });
    }),
  );

describe("an item of several claims", () => {
  test("has each as if it had an item of its own", () => {
    fc.assert(
      fc.property(group, (claims) => {
        const plain = JSON.parse(JSON.stringify(claims)) as ClaimItem[];
        const item = JSON.parse(JSON.stringify(itemOf(claims))) as ClaimItem;
        expect(claimsIn(item).map(alone)).toEqual(plain);
        expect(plain.map((_, at) => alone(claimAt(item, at)!))).toEqual(plain);
        expect(plain.map(({ path }) => alone(claimOfPath(item, path)!))).toEqual(plain);
        expect(claimsIn(item).map(({ within }) => within)).toEqual(
          plain.map((_, at) => (at === 0 ? undefined : plain[0]!.sk)),
        );
        expect(plain.map(pathOfClaim)).toEqual(plain.map(({ path }) => path));
      }),
    );
  });

  const isLater = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });

  test("changes as its claims change: the same changes, with the same events and ids, also if some are published later", () => {
    fc.assert(
      fc.property(group, isLater, (claims, later) => {
        const images: ClaimItem[] = [];
        const expected: string[] = [];
        const eventsOf = (before: ClaimItem | undefined, after: ClaimItem) =>
          changeEventsOf(before && alone(before), alone(after)).map(({ event }) => JSON.stringify(event));
        const running = (one: ClaimItem): ClaimItem => {
          const { endedAt: _, result: __, undo: ___, ...begun } = one;
          return { ...begun, state: "running", revision: 1, changedAt: one.startedAt };
        };
        for (const [at, one] of claims.entries()) {
          const before = claims.slice(0, at);
          const begun = at === claims.length - 1 && one.state === undefined ? one : running(one);
          images.push(itemOf([...before, begun]));
          // A boundary is one write: the one before it is done, and this one begins.
          if (at > 0) expected.push(...eventsOf(running(claims[at - 1]!), claims[at - 1]!));
          expected.push(...eventsOf(undefined, begun));
        }
        const publishedAtOnce = images.flatMap((after, at) => changesIn({ before: images[at - 1], after }));
        for (const [at, image] of images.entries())
          if (at > 0 && at < images.length - 1 && later[at])
            image.publishedUpTo = images[at - 1]!.publishedUpTo ?? at;
        const changes = images.flatMap((after, at) =>
          after.publishedUpTo === undefined ? changesIn({ before: images[at - 1], after }) : [],
        );
        const events = changes.flatMap(({ before, after }) =>
          eventsOf(before as ClaimItem, after as ClaimItem),
        );
        expect(events).toEqual(expected);
        expect(changes).toEqual(publishedAtOnce);
      }),
    );
  });

  test("without its prior image says all that holds", () => {
    const item = itemOf([done, second]);
    expect(changesIn({ after: item })).toEqual([
      { before: undefined, after: done },
      { before: undefined, after: { ...second, within: done.sk } },
    ]);
    const expired = { before: item };
    expect(changesIn(expired)).toEqual([expired]);
  });
});
