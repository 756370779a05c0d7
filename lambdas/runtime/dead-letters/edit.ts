import { isDeepStrictEqual } from "node:util";
import { fieldsOf, isObject } from "../../../lib/contract/is-object.ts";
import type { DeadLetterItem, DeadLetterPurpose } from "../../../lib/contract/table.ts";
import { parsed } from "./purpose.ts";
import { withTokenOf } from "./token.ts";

/** The fields of a message that may be changed: never those that name the waiting state, or the target of a command. */
const EDITABLE: Partial<Record<DeadLetterPurpose, readonly string[]>> = {
  event: ["detail"],
  reaction: ["detail"],
  step: ["input"],
  question: ["show", "within", "detail"],
  wait: ["key", "payload", "value", "detail"],
  ending: ["detail"],
  command: ["why", "payload", "version"],
};

/** It has to fit into the item next to the original message. */
const LARGEST_EDIT = 256 * 1024;

/** What is wrong with an edited message; undefined if it may replace the original. */
export function wrongEdit({ body, purpose }: DeadLetterItem, edited: string): string | undefined {
  if (Buffer.byteLength(edited) > LARGEST_EDIT)
    return `An edited message can have at most ${LARGEST_EDIT} bytes; this one has ${Buffer.byteLength(edited)}.`;
  const value = parsed(edited);
  if (!isObject(value)) return "The edited message is not a JSON object.";
  const editable = EDITABLE[purpose];
  if (!editable)
    return "action" in value
      ? "The edited message would be a command. Give the command under your own name."
      : undefined;
  const before = fieldsOf(parsed(body));
  const after = withTokenOf(before, value);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => !editable.includes(field) && !isDeepStrictEqual(before[field], after[field]),
  );
  if (changed.length === 0) return undefined;
  return `The edited message changes ${changed.map((field) => `"${field}"`).join(", ")}. In this message, only ${editable.map((field) => `"${field}"`).join(", ")} can be changed. Start from the output of "millrace dead-letters show".`;
}

/** The body to send in place of the original. `by` edited it: a command is then theirs. */
export function editedBody({ body, purpose }: DeadLetterItem, edited: string, by: string): string {
  const [before, after] = [fieldsOf(parsed(body)), fieldsOf(parsed(edited))];
  const whole = withTokenOf(before, after);
  if (purpose === "command" && "by" in whole) return JSON.stringify({ ...whole, by });
  return whole === after ? edited : JSON.stringify(whole);
}
