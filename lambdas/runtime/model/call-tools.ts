import type { ModelMessage, ToolResultPart } from "ai";
import type { RawAnswer, ToolCall } from "./answer.ts";
import { type Records, recorded } from "./records.ts";
import { namesOf, runTool, type Tool, type ToolContext, ToolRefusal } from "./tool.ts";

/** The result of a tool call: a value, or the reason why there is none. */
type Outcome = { value: unknown } | { refused: string };

/** A call as it is reported: in logs, and to the caller. */
export interface ToolUse {
  tool: string;
  input: unknown;
  outcome: Outcome;
}

interface Calling {
  tools: readonly Tool[];
  records: Records;
  /** Number of calls that are left. */
  left: number;
  context: ToolContext;
  report: (use: ToolUse) => void;
}

/**
 * Makes the calls that an answer requests, one after another, and returns the conversation's next two
 * messages. An invalid call is returned to the model as an error; an error of the tool itself is thrown.
 */
export async function callTools({ text, calls }: RawAnswer, calling: Calling): Promise<ModelMessage[]> {
  const results: ToolResultPart[] = [];
  for (const [at, call] of calls.entries()) {
    const outcome = at < calling.left ? await callTool(call, calling) : NO_MORE;
    results.push({
      type: "tool-result",
      toolCallId: call.id,
      toolName: call.tool,
      output: outputOf(outcome),
    });
  }
  const asked = calls.map(({ id, tool, input }) => ({
    type: "tool-call" as const,
    toolCallId: id,
    toolName: tool,
    input,
  }));
  const said = text === "" ? [] : [{ type: "text" as const, text }];
  return [
    { role: "assistant", content: [...said, ...asked] },
    { role: "tool", content: results },
  ];
}

const NO_MORE: Outcome = { refused: "No more tool calls are allowed. Answer with what you know." };

async function callTool(call: ToolCall, { tools, records, context, report }: Calling): Promise<Outcome> {
  const { tool, input } = call;
  let record: string | undefined;
  const from = Date.now();
  const outcome = await recorded(records, { name: tool, asked: { tool, input } }, async (address) => {
    record = address;
    const found = tools.find(({ spec }) => spec.name === tool);
    if (!found) return { refused: `There is no tool "${tool}". There are: ${namesOf(tools)}.` };
    try {
      return { value: await runTool(found, input, context) };
    } catch (error) {
      if (error instanceof ToolRefusal) return { refused: error.message };
      throw error;
    }
  });
  context.log.info("The model has called a tool.", {
    call: "tool",
    tool,
    input,
    ...outcome,
    milliseconds: Date.now() - from,
    record,
  });
  report({ tool, input, outcome });
  return outcome;
}

function outputOf(outcome: Outcome): ToolResultPart["output"] {
  return "refused" in outcome
    ? { type: "error-text", value: outcome.refused }
    : { type: "json", value: (outcome.value ?? null) as never };
}
