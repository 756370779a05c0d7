import { TOO_MANY_ITEMS } from "../../../lib/contract/failure.ts";
import type { ListPart, SplitAnswer, SplitList } from "../../../lib/contract/message.ts";
import { isReference } from "../../../lib/contract/payload.ts";
import { offload } from "../payload/offload.ts";
import { bytesOf, IN_LIST } from "../payload/parts.ts";
import { restore } from "../payload/restore.ts";
import { store } from "../payload/store.ts";
import type { Artifacts } from "../ports.ts";
import { type Answer, failed } from "./answer.ts";

/** What the items of a part may have together: the input of an execution, with what else it needs, is 256 KiB. */
const PART_BYTES = 96 * 1024;
/** Above this, what the state machine does not look at of an item travels by reference. */
const INLINE_ITEM = 16 * 1024;

const WAY_OUT = 'Raise the "most" of w.each, or split the list and give each part to a child workflow.';

/** Stores a list in parts. The same list has the same parts, however often it is asked for. */
export async function splitList(message: SplitList, artifacts: Artifacts): Promise<Answer<SplitAnswer>> {
  // What lies in the bucket has no references in it; a list in the state may have some.
  const literal = isReference(message.list);
  const list = literal ? await restore(message.list, artifacts) : message.list;
  const { each, most, path } = message;
  if (!Array.isArray(list)) return failed("Millrace.NotAList", `The list of "${each}" is no list.`);
  if (list.length > most) {
    const cause = `The list of "${each}" has ${list.length} items, where ${most} may be. ${WAY_OUT}`;
    return failed(TOO_MANY_ITEMS, cause);
  }
  const options = { reads: message.reads, above: INLINE_ITEM, most: PART_BYTES, moving: IN_LIST, literal };
  const items: unknown[] = [];
  for (const [index, item] of list.entries())
    items.push(await offload(item, { ...options, what: `Item ${index} of ${path}` }, artifacts));
  const { uri } = await store(JSON.stringify(partsOf(items, message.size)), artifacts);
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri)!;
  return { output: { count: list.length, bucket: bucket!, key: key! } };
}

/** Parts of at most so many items, and so many bytes. */
export function partsOf(items: readonly unknown[], size: number, most = PART_BYTES): ListPart[] {
  const parts: ListPart[] = [];
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const added = bytesOf(item) + 1;
    const last = parts.at(-1);
    if (last && last.items.length < size && bytes + added <= most) {
      last.items.push(item);
      bytes += added;
    } else {
      parts.push({ first: index, items: [item] });
      bytes = added;
    }
  }
  return parts;
}
