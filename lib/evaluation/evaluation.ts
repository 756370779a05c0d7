import { DefinitionError } from "../contract/definition-error.ts";
import { type Duration, milliseconds } from "../contract/duration.ts";
import type { EventContract } from "../contract/event.ts";
import type { InputOf } from "../contract/schema.ts";
import { isWhole } from "../contract/whole-number.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { Scorer } from "./scorer.ts";

/** A question to a person, as `decide` receives it. */
export interface AskedQuestion {
  approval: string;
  path: string;
  show: unknown;
}

/** How the quality of a workflow is measured. */
export interface Evaluation {
  readonly name: string;
  readonly workflow: Workflow;
  /** The event whose payloads are the inputs of the cases. */
  readonly event: EventContract;
  /** The labelled set: a path from the folder of the evaluation's file. */
  readonly cases: string;
  readonly scorers: readonly Scorer[];
  readonly key: ((input: any, key: string) => object) | undefined;
  readonly decide: ((question: AskedQuestion) => boolean | undefined) | undefined;
  readonly concurrency: number;
  readonly within: Duration;
}

interface EvaluationOptions<Events extends readonly EventContract[], Event extends Events[number]> {
  workflow: Workflow<string, Events, any>;
  /** @default the event that starts the workflow, if there is one */
  event?: Event;
  cases: string;
  scorers: readonly Scorer[];
  /**
   * Gives an input a new identity, so that it starts a new run in each experiment: `(ticket, key) => ({
   * ...ticket, ticketId: key })`. Required if the event has an `identity`.
   */
  key?: (input: InputOf<NoInfer<Event>["schema"]>, key: string) => InputOf<NoInfer<Event>["schema"]>;
  /** Decides a question in the place of a person; undefined leaves it open. @default leaves all open */
  decide?: (question: AskedQuestion) => boolean | undefined;
  /** Maximum number of cases that run at a time. @default 4 */
  concurrency?: number;
  /** How long to wait for the end of one run. @default "10 minutes" */
  within?: Duration;
}

const NAME = /^[a-z][a-z0-9-]*$/;

/** Declares an evaluation. Throws a DefinitionError that says what to write instead. */
export function defineEvaluation<
  const Events extends readonly EventContract[],
  Event extends Events[number] = Events[number],
>(
  name: string,
  {
    workflow,
    event,
    cases,
    scorers,
    key,
    decide,
    concurrency = 4,
    within = "10 minutes",
  }: EvaluationOptions<Events, Event>,
): Evaluation {
  const where = `Evaluation "${name}"`;
  if (!NAME.test(name))
    throw new DefinitionError(
      `The evaluation name "${name}" must have lower-case letters, digits and dashes, and begin with a letter.`,
    );
  const names = scorers.map((one) => one.name);
  const repeated = names.find((one, at) => names.indexOf(one) !== at);
  if (scorers.length === 0) throw new DefinitionError(`${where} has no scorers. Add at least one.`);
  if (repeated !== undefined)
    throw new DefinitionError(`${where} has two scorers "${repeated}". Name them differently.`);
  if (!isWhole(concurrency, 1))
    throw new DefinitionError(`${where}: concurrency is ${concurrency}; it must be a whole number from 1.`);
  if (workflow.batch)
    throw new DefinitionError(
      `${where}: the workflow "${workflow.name}" collects events into batches, so that a case has no run of its own.`,
    );
  milliseconds(within);
  const started = startingEvent(where, workflow, event);
  if (started.identity !== undefined && key === undefined)
    throw new DefinitionError(
      `${where}: the event ${started.name} has an identity, so a case would start no run in a second experiment. Add "key", for example: key: (input, key) => ({ ...input, id: key }).`,
    );
  return { name, workflow, event: started, cases, scorers, key, decide, concurrency, within };
}

function startingEvent(where: string, { name, on }: Workflow, event: EventContract | undefined) {
  const [first, ...others] = on;
  const names = on.map((one) => one.name).join(", ");
  if (event !== undefined && !on.includes(event))
    throw new DefinitionError(`${where}: ${event.name} does not start "${name}". It starts on ${names}.`);
  if (event === undefined && others.length > 0)
    throw new DefinitionError(`${where}: "${name}" starts on ${names}. Name one as "event".`);
  return event ?? first!;
}
