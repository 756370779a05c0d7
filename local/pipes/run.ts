import type { Kernel } from "../kernel/kernel.ts";
import { enrichmentKind, type PipeSettings } from "./settings.ts";
import { callDestination, deliver, invoke, runExpress } from "./targets.ts";
import { transform, type Variables } from "./template.ts";

/** A pipe by its name. */
export interface Pipe {
  name: string;
  arn: string;
  settings: PipeSettings;
}

/**
 * Takes a batch of events through a pipe: transformed, enriched, transformed again, delivered. Answers the
 * positions of the records that the target refused. Throws where the batch failed as a whole.
 */
export async function run(
  kernel: Kernel,
  { name, arn, settings }: Pipe,
  records: object[],
): Promise<number[]> {
  const { Source, Enrichment, EnrichmentParameters, Target, TargetParameters } = settings;
  const variables = (): Variables => ({
    "pipe-arn": arn,
    "pipe-name": name,
    "source-arn": Source,
    "enrichment-arn": Enrichment ?? "",
    "target-arn": Target,
    "event.ingestion-time": new Date(kernel.clock.now()).toISOString(),
  });
  const shaped = (template: string | undefined, events: unknown[]) =>
    events.map((event) => transform(template, event, variables()));

  const enriched = Enrichment
    ? asList(await enrich(kernel, settings, shaped(EnrichmentParameters?.InputTemplate, records), records))
    : records;
  if (enriched.length === 0) return [];
  const events = shaped(TargetParameters?.InputTemplate, enriched);
  const refused = await deliver({ kernel, name, settings, events, originals: enriched });
  // What was enriched has no counterpart among the records.
  return Enrichment && refused.length > 0 ? records.map((_, position) => position) : refused;
}

function enrich(
  kernel: Kernel,
  settings: PipeSettings,
  events: unknown[],
  records: object[],
): Promise<unknown> {
  const arn = settings.Enrichment!;
  switch (enrichmentKind(arn)) {
    case "lambda":
      return invoke(kernel, settings, arn, events);
    case "states":
      return runExpress(kernel, settings, arn, events);
    case "api-destination": {
      const parameters = settings.EnrichmentParameters?.HttpParameters;
      return callDestination(kernel, settings, arn, { event: events[0], original: records[0], parameters });
    }
  }
}

/** An enrichment filters by answering nothing: "", {} or []. */
function asList(answer: unknown): unknown[] {
  if (Array.isArray(answer)) return answer;
  if (answer === null || answer === undefined || answer === "") return [];
  return typeof answer === "object" && Object.keys(answer).length === 0 ? [] : [answer];
}
