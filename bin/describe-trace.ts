import type { ModelCallView, WrittenLineView } from "../lib/contract/api/index.ts";
import { dollars, elapsed, INDENT, offset, shortened } from "./format.ts";

/** A call of a model, or of a tool, with its place in the run. */
export interface TracedCall extends ModelCallView {
  at: string;
  path: string | undefined;
  attempt: number | undefined;
  /** What was asked and answered, if it was read. */
  content?: TracedContent | undefined;
}

export interface TracedContent {
  instructions?: string | undefined;
  messages: { role: string; content: unknown }[];
  answer: string;
  /** The tool calls that it requested. */
  calls: { tool: string; input: unknown }[];
}

/** The calls among the lines of a run, in the order of time. */
export function callsIn(lines: readonly WrittenLineView[]): TracedCall[] {
  return lines.flatMap(({ at, path, attempt, modelCall }) =>
    modelCall ? [{ at, path, attempt, ...modelCall }] : [],
  );
}

/** The calls by attempt of each step, and their sums. */
export function describeTrace(calls: readonly TracedCall[], begun: string): string {
  const groups = Map.groupBy(
    calls,
    ({ path, attempt }) => `${path ?? "unknown step"}, attempt ${attempt ?? 1}`,
  );
  const parts = [...groups].map(([place, some]) =>
    [place, ...some.flatMap((call) => describeCall(call, begun))].join("\n"),
  );
  const asked = calls.filter(({ kind }) => kind === "model");
  const sum = (of: (call: TracedCall) => number | undefined) =>
    asked.reduce((total, call) => total + (of(call) ?? 0), 0);
  const tokens = sum(({ inputTokens }) => inputTokens) + sum(({ outputTokens }) => outputTokens);
  const tools = calls.length - asked.length;
  return [
    ...parts,
    `Calls of models: ${asked.length}, of tools: ${tools}. Tokens: ${tokens}. Cost: ${dollars(sum(({ usd }) => usd))}.`,
  ].join("\n\n");
}

function describeCall(call: TracedCall, begun: string): string[] {
  const { kind, name, model, inputTokens, outputTokens, usd, durationMs, input, result, problem } = call;
  const since = offset(call.at, begun);
  const figures = [
    model,
    inputTokens !== undefined && `${inputTokens} in, ${outputTokens ?? 0} out`,
    usd !== undefined && dollars(usd),
    durationMs !== undefined && elapsed(durationMs),
    kind === "tool" && input !== undefined && excerpt(input),
    result !== undefined && `→ ${excerpt(result)}`,
    problem,
  ].filter(Boolean);
  return [
    [since, kind === "tool" ? "tool " : "model", name, ...figures].join("  "),
    ...(call.content ? contentLines(call.content) : []),
  ];
}

function contentLines({ instructions, messages, answer, calls }: TracedContent): string[] {
  const said = (role: string, content: unknown) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    const [first = "", ...others] = text.split("\n");
    return [`${INDENT}${role}: ${first}`, ...others.map((line) => `${INDENT}  ${line}`)];
  };
  return [
    ...(instructions === undefined ? [] : said("instructions", instructions)),
    ...messages.flatMap(({ role, content }) => said(role, content)),
    ...(answer === "" ? [] : said("answer", answer)),
    ...calls.flatMap(({ tool, input }) => said("answer", `calls ${tool} with ${JSON.stringify(input)}`)),
  ];
}

/** The longest input or result of a tool that is shown. */
const LONGEST = 160;

function excerpt(value: unknown): string {
  return shortened(JSON.stringify(value), LONGEST);
}
