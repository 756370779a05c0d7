import { defineEvent, defineStep, defineWorkflow, type Schema } from "../../lib/index.ts";
import { UsageError } from "../explain.ts";

/** The names of a new workflow and its parts. */
export interface Names {
  readonly workflow: string;
  /** The event that starts it. */
  readonly event: string;
  /** Its first step. */
  readonly step: string;
}

/** Fills in the defaults. Throws UsageError for a name that the definitions do not accept. */
export function namesOf(workflow: string, given: { on?: string; step?: string } = {}): Names {
  const names = {
    workflow,
    event: given.on ?? `${workflow}.requested`,
    step: given.step ?? `carry-out-${workflow}`,
  };
  refuseUnfit(names);
  for (const name of [names.workflow, names.step]) {
    if (!/-[a-z]/.test(name))
      throw new UsageError(`"${name}" is a single word. Use two words or more, as in "refund-order".`);
  }
  const constants = [variableOf(names.workflow), variableOf(names.step)];
  const taken = constants.find((name, at) => IMPORTED.includes(name) || constants.indexOf(name) !== at);
  if (taken)
    throw new UsageError(`Two identifiers in the code would be ${taken}. Choose another name for one.`);
  return names;
}

/** The identifiers that the written files import. */
const IMPORTED = ["defineEvent", "defineStep", "defineWorkflow", "beforeAll", "afterEach"];

/** The constant of a workflow or a step: refundOrder for "refund-order". */
export function variableOf(name: string): string {
  return name.replace(/[^a-z0-9]+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** The constant of an event: OrderPaid for "order.paid". */
export function constantOf(event: string): string {
  return variableOf(`-${event}`);
}

/** The definitions check their own rules, and report which is broken. */
function refuseUnfit({ workflow, event, step }: Names): void {
  try {
    // The workflow's first step: by default, the other names are derived from it.
    const on = defineEvent("some.event", { version: 1, schema: ANYTHING });
    defineWorkflow(workflow, { on, run: () => ({}) });
    defineEvent(event, { version: 1, schema: ANYTHING });
    defineStep(step, { input: ANYTHING, output: ANYTHING, timeout: "1 minute" });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export const ANYTHING: Schema<{ id: string }, { id: string }> = {
  "~standard": {
    version: 1,
    vendor: "millrace",
    validate: (value) => ({ value: value as { id: string } }),
    jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
  },
};
