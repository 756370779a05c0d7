import { ENVIRONMENT } from "../contract/environment.ts";
import type { ToolSpec } from "../contract/tool.ts";
import type { HandlerFunction } from "./handler-function.ts";

/** Lets models call these tools in a function, and no others. */
export function connectTools(handler: HandlerFunction, tools: readonly ToolSpec[]): void {
  if (tools.length > 0) handler.set(ENVIRONMENT.tools, tools.map(({ name }) => name).join(","));
}
