import type {
  CommandItem,
  DeadLetterItem,
  DeferredItem,
  LogItem,
  TableItem,
  WaiterItem,
} from "../../../lib/contract/table.ts";

/** The run of a change, what changed and when. */
export type LogPlace = Pick<LogItem, "run" | "epoch" | "path" | "of" | "revision" | "at">;

type OfRun = TableItem & { run: string; epoch: number; path?: string | undefined };

/** The place of a change of a run, or of one of its items. */
export function placeInRun(item: OfRun): LogPlace {
  const { run, epoch, path, sk: of, revision, changedAt: at } = item;
  return { run, epoch, path, of, revision, at };
}

/** Each deferral is an item of its own, which replaces the previous one. */
export function placeOfDeferred(item: DeferredItem): LogPlace {
  return { ...placeInRun(item), revision: Date.parse(item.deferredAt), at: item.deferredAt };
}

export function placeOfWaiter(item: WaiterItem): LogPlace {
  return { ...placeInRun(item), of: `${item.pk}#${item.sk}` };
}

/** Undefined if its message belongs to no run. */
export function placeOfDeadLetter(item: DeadLetterItem): LogPlace | undefined {
  const { run, epoch = 1, path, pk: of, revision, changedAt: at } = item;
  return run === undefined ? undefined : { run, epoch, path, of, revision, at };
}

/** Undefined if it requests no run. */
export function placeOfCommand({
  request,
  pk: of,
  revision,
  changedAt: at,
}: CommandItem): LogPlace | undefined {
  return request && { run: request.run, epoch: 1, of, revision, at };
}
