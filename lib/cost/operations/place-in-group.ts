import { isConcurrent, stepsBefore } from "../../contract/groups/group.ts";

/** What determines the cost of a step in a group. */
export interface PlaceInGroup {
  /** Whether its claim is taken with the end of another step, in the same item. */
  readonly isClaimedWithEnd: boolean;
  /** Whether it has no claim to read: it is safe to repeat, and the end of a step before it was just written. */
  readonly isNew: boolean;
  /** Whether it does not read the run: it is safe to repeat, and so is an earlier step, which has read it. */
  readonly knowsRun: boolean;
  /** Whether its result is written with that of the step before it: both are safe to repeat, and the group is a sequence. */
  readonly isWrittenTogether: boolean;
  /** Whether the invocation takes longer because of it: it is in the longest chain of steps. */
  readonly takesTime: boolean;
}

interface Steps {
  readonly steps: readonly { after?: number[] | undefined; repeatable?: true | undefined }[];
}

/** The place of the step at a position, if all steps take the same time. */
export function placeOf(group: Steps, position: number): PlaceInGroup {
  const { repeatable = false } = group.steps[position]!;
  return {
    isClaimedWithEnd: claimers(group).has(position),
    isNew: repeatable && stepsBefore(group, position).length > 0,
    knowsRun: repeatable && group.steps.slice(0, position).some((earlier) => earlier.repeatable),
    isWrittenTogether: repeatable && !isConcurrent(group) && group.steps[position - 1]?.repeatable === true,
    takesTime: longestChain(group).has(position),
  };
}

/** Whether one step begins only after another is done. */
export function comesAfter(steps: Steps["steps"], position: number, earlier: number): boolean {
  return stepsBefore({ steps }, position).some(
    (before) => before === earlier || comesAfter(steps, before, earlier),
  );
}

/** The steps that are claimed with the end of another: each end claims one. Steps that are safe to repeat have no part in it. */
function claimers({ steps }: Steps): ReadonlySet<number> {
  const claiming = new Set<number>();
  const claimed = new Set<number>();
  const isClaimed = (position: number) => !steps[position]!.repeatable;
  for (const position of [...steps.keys()].filter(isClaimed)) {
    const before = stepsBefore({ steps }, position);
    const by = before.findLast((one) => isClaimed(one) && !claiming.has(one));
    if (by === undefined) continue;
    claiming.add(by);
    claimed.add(position);
  }
  return claimed;
}

function longestChain({ steps }: Steps): ReadonlySet<number> {
  const chains: number[][] = [];
  const longest = (one: number[], other: number[]) => (other.length > one.length ? other : one);
  for (const position of steps.keys()) {
    const before = stepsBefore({ steps }, position).map((one) => chains[one]!);
    chains.push([...before.reduce(longest, []), position]);
  }
  return new Set(chains.reduce(longest, []));
}
