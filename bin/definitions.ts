import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract, ReactionSpec, Workflow } from "../lib/index.ts";
import { UsageError } from "./explain.ts";

/** What a project exports from its workflows/index.ts. */
interface Definitions {
  readonly workflows?: readonly Workflow[];
  readonly reactions?: readonly ReactionSpec[];
  readonly welcome?: { readonly event: EventContract; readonly payload: unknown };
}

/** Seen from the folder in which a command is run: the project is the user's own where Millrace is a package. */
const FILE = resolve(process.env.MILLRACE_DEFINITIONS || "workflows/index.ts");

const loaded: Definitions = existsSync(FILE) ? await import(pathToFileURL(FILE).href).catch(broken) : {};

/** While a definition is being edited, commands that need none still work; a command that lists them prints the error. */
function broken(error: Error): Definitions {
  const list = new Proxy([], {
    get() {
      throw new UsageError(`The definitions cannot be loaded from ${FILE}: ${error.message}`);
    },
  });
  return { workflows: list, reactions: list };
}

/** The project's workflows; none where the folder has no definitions. */
export const workflows = loaded.workflows ?? [];
export const reactions = loaded.reactions ?? [];
/** The event that shows a newcomer what happens, where the project names one. */
export const welcome = loaded.welcome;
