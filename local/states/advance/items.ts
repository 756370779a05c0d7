import { isDistributed, type State } from "../definition.ts";
import { evaluateField, inputOf, pathData } from "../expressions.ts";
import { StatesError } from "../failure.ts";
import type { Frame, ReadPhase } from "../frame.ts";
import { isJsonata, jsonataOf } from "../jsonata/evaluate.ts";
import { unexpectedType } from "../jsonata/failure.ts";
import { evaluatePayloadTemplate, readPath } from "../jsonpath/index.ts";
import type { Run } from "../run.ts";
import { count, integer } from "./limits.ts";

export const NONCE_BYTES = 18;

/** The item, or the result of ItemSelector (in old definitions Parameters). */
export async function iterationInput(
  run: Run,
  frame: Frame,
  state: State,
  item: Frame["item"],
): Promise<unknown> {
  const selector = state.ItemSelector ?? (run.isJsonata(state) ? undefined : state.Parameters);
  if (selector === undefined) return item!.Value;
  const enclosing = frame.item;
  frame.item = item;
  try {
    if (run.isJsonata(state)) return await evaluateField(run, frame, selector, "ItemSelector");
    const input = inputOf(run, frame, state);
    return evaluatePayloadTemplate(selector, pathData(run, frame, input));
  } finally {
    frame.item = enclosing;
  }
}

/** The items that the state itself names. */
export async function itemsOf(run: Run, frame: Frame, state: State): Promise<unknown[]> {
  if (run.isJsonata(state)) return await itemsByExpression(run, frame, state);
  const input = inputOf(run, frame, state);
  const path = state.ItemsPath ?? "$";
  const items = readPath(path, pathData(run, frame, input));
  if (!Array.isArray(items)) {
    // The service shows a path into the context object without its second dollar.
    const shown = path.replace("$$", "$");
    throw new StatesError("States.Runtime", `Reference path "${shown}" must point to array.`);
  }
  run.note("afterItemsPath", items);
  return items;
}

async function itemsByExpression(run: Run, frame: Frame, state: State): Promise<unknown[]> {
  const error = "States.QueryEvaluationError";
  if (state.Items === undefined) {
    if (Array.isArray(frame.input)) return frame.input;
    throw new StatesError(error, `Map state input must be an array but was: ${JSON.stringify(frame.input)}`);
  }
  const items = await evaluateField(run, frame, state.Items, "Items");
  if (Array.isArray(items)) return items;
  if (isDistributed(state) && typeof items === "object" && items !== null) {
    return Object.entries(items).map(([Key, Value]) => ({ Key, Value }));
  }
  const expression = isJsonata(state.Items) ? jsonataOf(state.Items) : JSON.stringify(state.Items);
  throw unexpectedType(expression, "Items", "array", items);
}

/** Requests the items of a distributed Map from its ItemReader. */
export async function startReading(
  run: Run,
  frame: Frame,
  state: State,
  rest: Pick<ReadPhase, "concurrency" | "run">,
): Promise<void> {
  const { Arguments, Parameters, ReaderConfig = {} } = state.ItemReader;
  const parameters = run.isJsonata(state)
    ? await evaluateField(run, frame, Arguments, "ItemReader/Arguments")
    : evaluatePayloadTemplate(Parameters, pathData(run, frame, inputOf(run, frame, state)));
  const fields = { ...ReaderConfig, Type: state.Type, InputPath: state.InputPath };
  const MaxItems = (await integer(run, frame, fields, "MaxItems")) ?? 0;
  const nonce = run.environment.random.bytes(NONCE_BYTES).toString("base64url");
  frame.phase = { kind: "read", nonce, parameters, config: { ...ReaderConfig, MaxItems }, ...rest };
  run.effects.push({ kind: "call", frame: frame.id, nonce });
}

/** What the child workflows are given, one item each. */
export async function selectedItems(
  run: Run,
  frame: Frame,
  state: State,
  items: unknown[],
): Promise<unknown[]> {
  const selected: unknown[] = [];
  for (const [Index, Value] of items.entries()) {
    selected.push(await iterationInput(run, frame, state, { Index, Value }));
  }
  return selected;
}

/** What the child workflows are given where ItemBatcher puts several items into one. */
export async function inBatches(run: Run, frame: Frame, state: State, items: unknown[]): Promise<object[]> {
  const { BatchInput, ...limits } = state.ItemBatcher;
  const fields = { ...limits, Type: state.Type, InputPath: state.InputPath };
  const most = (await count(run, frame, fields, "MaxItemsPerBatch")) ?? Number.POSITIVE_INFINITY;
  const bytes = (await count(run, frame, fields, "MaxInputBytesPerBatch")) ?? Number.POSITIVE_INFINITY;
  const common = await batchInput(run, frame, state, BatchInput);
  const batches: { BatchInput?: unknown; Items: unknown[] }[] = [];
  let size = 0;
  for (const [Index, Value] of items.entries()) {
    const item = await iterationInput(run, frame, state, { Index, Value });
    const length = Buffer.byteLength(JSON.stringify(item));
    const open = batches.at(-1);
    if (open && open.Items.length < most && size + length <= bytes) {
      open.Items.push(item);
      size += length;
    } else {
      batches.push({ ...common, Items: [item] });
      size = length;
    }
  }
  return batches;
}

async function batchInput(
  run: Run,
  frame: Frame,
  state: State,
  template: unknown,
): Promise<{ BatchInput?: unknown }> {
  if (template === undefined) return {};
  const BatchInput = run.isJsonata(state)
    ? await evaluateField(run, frame, template, "ItemBatcher/BatchInput")
    : evaluatePayloadTemplate(template, pathData(run, frame, inputOf(run, frame, state)));
  return { BatchInput };
}
