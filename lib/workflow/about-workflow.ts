import { DefinitionError } from "../contract/definition-error.ts";
import type { Workflow } from "./workflow.ts";

/** Runs a check of a workflow as a whole: an error has the place of its definition, which is not on the stack. */
export function aboutWorkflow<T>({ place }: Workflow, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof DefinitionError) || error.place !== undefined) throw error;
    throw new DefinitionError(error.message, place, { cause: error });
  }
}
