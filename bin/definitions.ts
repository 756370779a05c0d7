import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract, ReactionSpec, Workflow } from "../lib/index.ts";
import { located, UsageError } from "./explain.ts";
import { placeIn } from "./place.ts";

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

/** The project's workflows; none if the folder has no definitions. */
export const workflows = loaded.workflows ?? [];
export const reactions = loaded.reactions ?? [];
/** An example event for newcomers, if the project names one. */
export const welcome = loaded.welcome;
