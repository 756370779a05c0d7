import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract, ReactionSpec, Workflow } from "../lib/index.ts";
import { located, UsageError } from "./explain.ts";

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
function broken(error: Error & { place?: string }): Definitions {
  const { place = placeIn(error.stack) ?? FILE, message } = error;
  const list = new Proxy([], {
    get() {
      throw new UsageError(located(place, message));
    },
  });
  return { workflows: list, reactions: list };
}

/** The innermost position of the project's own code in a stack. */
function placeIn(stack = ""): string | undefined {
  for (const [, path = "", at] of stack.matchAll(/(?:\(|at )(?:file:\/\/)?([^\s():]+):(\d+:\d+)\)?$/gm)) {
    if (!path.includes("node_modules") && !path.startsWith(OWN) && existsSync(path)) return `${path}:${at}`;
  }
  return undefined;
}

/** The project's workflows; none if the folder has no definitions. */
export const workflows = loaded.workflows ?? [];
export const reactions = loaded.reactions ?? [];
/** An example event for newcomers, if the project names one. */
export const welcome = loaded.welcome;
