import type { ClaimItem, FollowingClaim } from "../items/claim.ts";
import { claimKey, idempotencyKey } from "../keys/claim.ts";
import { spanOfTry } from "../trace.ts";

/** The values of an item's own claim that are expected of the claims after it. */
type OwnClaim = Pick<
  ClaimItem,
  | "run"
  | "epoch"
  | "workflow"
  | "direction"
  | "attempt"
  | "correlation"
  | "cause"
  | "hops"
  | "owner"
  | "lease"
  | "fence"
  | "path"
> &
  Partial<Pick<ClaimItem, "traceparent" | "position" | "endedAt" | "expiresAt">>;

/** All claims of an item in their order, each with its own key, revision and times, as if it had its own item. */
export function claimsIn(item: ClaimItem): ClaimItem[] {
  const { following } = item;
  return following ? [ownOf(item), ...following.map((_, at) => followingAt(item, at))] : [item];
}

/** One claim of an item: 0 for the item's own, 1 for the first that follows. */
export function claimAt(item: ClaimItem, at: number): ClaimItem | undefined {
  const { following = [] } = item;
  if (at > 0) return at <= following.length ? followingAt(item, at - 1) : undefined;
  return item.following ? ownOf(item) : item;
}

/** The claim before its completion, if no other write came between its start and its completion. */
export function claimAsStarted(claim: ClaimItem): ClaimItem {
  return {
    ...claim,
    state: "running",
    revision: claim.revision - 1,
    changedAt: claim.startedAt,
    endedAt: undefined,
    result: undefined,
    emitted: undefined,
    undo: undefined,
  };
}

/** The claim of a path in an item of its group. */
export function claimOfPath(item: ClaimItem | undefined, path: string): ClaimItem | undefined {
  if (!item) return undefined;
  if (item.path === path) return claimAt(item, 0);
  const at = item.following?.findIndex(({ p }) => p === path) ?? -1;
  return at === -1 ? undefined : followingAt(item, at);
}

/**
 * The claims after an item's own, with a change of the last one. `prior`: the last one as it was read from the
 * item.
 */
export function withChange(
  item: ClaimItem,
  prior: ClaimItem | undefined,
  changed: ClaimItem,
): FollowingClaim[] {
  const before = item.following!.slice(0, -1);
  const { x, o } = item.following!.at(-1)!;
  const hasExpectedSpan = x?.traceparent === undefined && !o?.includes("traceparent");
  return [...before, followingClaim(item, before, changed, hasExpectedSpan ? prior?.traceparent : undefined)];
}

/** A claim as it is stored in an item, after the claims in `following`. `span`: the expected one, if it is known. */
export function followingClaim(
  own: OwnClaim,
  following: readonly FollowingClaim[],
  claim: ClaimItem,
  span?: string | undefined,
): FollowingClaim {
  const began = Date.parse(claim.startedAt);
  const lean: FollowingClaim = {
    p: claim.path,
    ...(claim.step !== claim.path && { s: claim.step }),
    ...(began !== endOfLast(own, following, following.length) && { b: began }),
    ...(claim.endedAt !== undefined && { e: Date.parse(claim.endedAt) }),
    ...(claim.result !== undefined && { r: claim.result }),
  };
  const assumed: Fields = expected(own, following, following.length, lean, span);
  const actual = claim as unknown as Fields;
  const other: Fields = {};
  const absent: string[] = [];
  for (const name in actual)
    if (isStored(name, actual) && !isSame(assumed[name], actual[name])) other[name] = actual[name];
  for (const name in assumed) if (isStored(name, assumed) && actual[name] === undefined) absent.push(name);
  return {
    ...lean,
    ...(Object.keys(other).length > 0 && { x: other }),
    ...(absent.length > 0 && { o: absent }),
  };
}

/** The item's own claim is final because another follows: later changes of the item are not changes of it. */
function ownOf(item: ClaimItem): ClaimItem {
  return {
    ...item,
    revision: item.revision - changesOf(item.following!),
    changedAt: item.endedAt!,
    following: undefined,
    publishedUpTo: undefined,
  };
}

/** Number of changes of an item after its own claim was completed. The first revision of a claim is the last of the one before. */
function changesOf(following: readonly FollowingClaim[]): number {
  return following.reduce((sum, claim) => sum + revisionOf(claim) - 1, 0);
}

function revisionOf({ x, e }: FollowingClaim): number {
  return (x?.revision as number | undefined) ?? (e === undefined ? 1 : 2);
}

function followingAt(item: ClaimItem, at: number): ClaimItem {
  const following = item.following!;
  const claim = following[at]!;
  const found: Fields = { ...expected(item, following, at, claim), within: item.sk };
  if (claim.x) Object.assign(found, claim.x);
  for (const name of claim.o ?? []) delete found[name];
  return found as unknown as ClaimItem;
}

/**
 * The claim at a position that began when the one before ended, and that is running, or was done in its first attempt.
 * Values that it does not have are undefined.
 */
function expected(
  own: OwnClaim,
  following: readonly FollowingClaim[],
  at: number,
  { p: path, s, b, e, r }: FollowingClaim,
  span?: string | undefined,
): Partial<ClaimItem> {
  const { run, epoch, workflow, direction, attempt, correlation, cause, hops, owner, lease, fence } = own;
  const { traceparent, position, expiresAt } = own;
  const key = claimKey(run, epoch, path, direction);
  const startedAt = iso(b ?? endOfLast(own, following, at));
  const endedAt = e === undefined ? undefined : iso(e);
  const isDone = endedAt !== undefined;
  return {
    pk: key.pk,
    sk: key.sk,
    kind: "claim",
    run,
    epoch,
    workflow,
    direction,
    attempt,
    correlation,
    cause,
    hops,
    owner,
    lease,
    fence,
    expiresAt,
    step: s ?? path,
    path,
    startedAt,
    endedAt,
    changedAt: endedAt ?? startedAt,
    position: position === undefined ? undefined : position + at + 1,
    traceparent: span ?? spanOfTry(traceparent, idempotencyKey(key), fence),
    state: isDone ? "done" : "running",
    revision: isDone ? 2 : 1,
    result: isDone ? r : undefined,
  };
}

/** When the claim before the one at this position ended. */
function endOfLast({ endedAt }: OwnClaim, following: readonly FollowingClaim[], at: number): number {
  return at > 0 ? following[at - 1]!.e! : Date.parse(endedAt!);
}

type Fields = Record<string, unknown>;

/** Whether a claim has a field that is stored with it: all claims of an item have its time to live. */
function isStored(name: string, fields: Fields): boolean {
  return fields[name] !== undefined && name !== "expiresAt" && name !== "within";
}

const iso = (time: number) => new Date(time).toISOString();

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}
