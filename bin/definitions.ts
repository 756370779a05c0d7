import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract, ReactionSpec, Workflow } from "../lib/index.ts";
import { UsageError } from "./explain.ts";

/** The exports of a project's workflows/index.ts. */
interface Definitions {
  readonly workflows?: readonly Workflow[];
  readonly reactions?: readonly ReactionSpec[];
  readonly welcome?: { readonly event: EventContract; readonly payload: unknown };
}

/**
 * Relative to the folder in which a command runs: if Millrace is a package, the project is the user's own.
 */
export const FILE = resolve(process.env.MILLRACE_DEFINITIONS || "workflows/index.ts");

/** Millrace's own code: its caller is the cause. */
const OWN = join(import.meta.dirname, "../lib") + sep;

const loaded: Definitions = existsSync(FILE) ? await import(pathToFileURL(FILE).href).catch(broken) : {};

/**
 * While a definition is being edited, commands that need no definitions still work; a command that lists them
 * prints the error.
 */
function broken(error: Error): Definitions {
  const list = new Proxy([], {
    get() {
      throw new UsageError(`${placeIn(error.stack) ?? FILE}: ${error.message}`);
    },
  });
  return { workflows: list, reactions: list };
}

/** "workflows/shop.ts:12:5": the innermost position of the project's own code in a stack. */
function placeIn(stack = ""): string | undefined {
  for (const [, path = "", at] of stack.matchAll(/(?:\(|at )(?:file:\/\/)?([^\s():]+):(\d+:\d+)\)?$/gm)) {
    if (!path.includes("node_modules") && !path.startsWith(OWN) && existsSync(path))
      return `${relative(process.cwd(), path)}:${at}`;
  }
  return undefined;
}

/** The project's workflows; none if the folder has no definitions. */
export const workflows = loaded.workflows ?? [];
export const reactions = loaded.reactions ?? [];
/** An example event for newcomers, if the project names one. */
export const welcome = loaded.welcome;
