import { TOO_MANY_ITEMS } from "../../../lib/contract/failure.ts";
import type { ListPart, SplitAnswer, SplitList } from "../../../lib/contract/messages/list-message.ts";
import { isReference } from "../../../lib/contract/payload.ts";
import { offload } from "../payload/offload.ts";
import { bytesOf, IN_LIST } from "../payload/parts.ts";
import { restore } from "../payload/restore.ts";
import { store } from "../payload/store.ts";
import type { Artifacts } from "../ports/files.ts";
import { type Answer, failed } from "./answer.ts";

/** The maximum size of a part's items: the input of an execution, with everything else in it, is 256 KiB. */
const PART_BYTES = 96 * 1024;
/** Above this, the parts of an item that the state machine does not read travel by reference. */
const INLINE_ITEM = 16 * 1024;

const WAY_OUT = 'Raise the "most" of w.each, or split the list and give each part to a child workflow.';

/** Stores a list in parts. The same list always has the same parts. */
export async function splitList(message: SplitList, artifacts: Artifacts): Promise<Answer<SplitAnswer>> {
  // Values in the bucket contain no references; a list in the state may contain some.
  const literal = isReference(message.list);
  const list = literal ? await restore(message.list, artifacts) : message.list;
  const { each, most, path } = message;
  if (!Array.isArray(list)) return failed("Millrace.NotAList", `The list of "${each}" is not a list.`);
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

/** Parts with a maximum number of items and bytes. */
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
