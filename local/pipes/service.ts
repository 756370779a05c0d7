import { deserializing } from "../kernel/input.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { invalid } from "./errors.ts";
import { answerRest } from "./http.ts";
import { KINDS } from "./kinds.ts";
import { type PipeRow, Pipes } from "./pipes.ts";
import type { PipeSettings } from "./settings.ts";

const NAME = /^[.\w-]{1,64}$/;

/** EventBridge Pipes: from queues and DynamoDB streams, with filters, enrichment and input templates. */
export function pipesService(kernel: Kernel): Service {
  const pipes = new Pipes(kernel);

  const brief = ({ name, settings, created, modified }: PipeRow) => {
    const { Source, Enrichment, Target, DesiredState = "RUNNING" }: PipeSettings = JSON.parse(settings);
    return {
      Arn: pipes.arn(name),
      Name: name,
      Source,
      Enrichment,
      Target,
      DesiredState,
      CurrentState: DesiredState,
      CreationTime: created,
      LastModifiedTime: modified,
    };
  };
  const changed = (row: PipeRow, CurrentState: string) => {
    const { Source: _s, Target: _t, Enrichment: _e, ...answer } = brief(row);
    return { ...answer, CurrentState };
  };
  const setState = (Name: string, DesiredState: "RUNNING" | "STOPPED") => {
    const row = pipes.existing(Name);
    return pipes.update(row, { ...JSON.parse(row.settings), DesiredState });
  };

  return {
    name: "pipes",
    operations: deserializing(KINDS, {
      async CreatePipe({ Name, ...settings }) {
        if (!NAME.test(Name ?? ""))
          throw invalid(
            `The name ${Name} of a pipe has other characters than [.A-Za-z0-9_-], or not 1 to 64.`,
          );
        return changed(await pipes.create(Name, known(settings)), "CREATING");
      },
      UpdatePipe({ Name, ...settings }) {
        const row = pipes.existing(Name);
        return changed(pipes.update(row, { ...JSON.parse(row.settings), ...known(settings) }), "UPDATING");
      },
      DescribePipe({ Name }) {
        const row = pipes.existing(Name);
        return { ...JSON.parse(row.settings), ...brief(row) };
      },
      ListPipes: ({ NamePrefix = "", SourcePrefix = "", TargetPrefix = "" }) => ({
        Pipes: pipes
          .all()
          .map(brief)
          .filter(
            ({ Name, Source, Target }) =>
              Name.startsWith(NamePrefix) &&
              Source.startsWith(SourcePrefix) &&
              Target.startsWith(TargetPrefix),
          ),
      }),
      StartPipe: ({ Name }) => changed(setState(Name, "RUNNING"), "STARTING"),
      StopPipe: ({ Name }) => changed(setState(Name, "STOPPED"), "STOPPING"),
      DeletePipe({ Name }) {
        const row = pipes.existing(Name);
        pipes.remove(row);
        return changed(row, "DELETING");
      },
    }),
    http: (request) => answerRest(kernel, request),
    start: () => pipes.start(),
    stop: () => pipes.stop(),
  };
}

const MEMBERS = new Set([
  "Source",
  "SourceParameters",
  "Enrichment",
  "EnrichmentParameters",
  "Target",
  "TargetParameters",
  "RoleArn",
  "Description",
  "DesiredState",
  "Tags",
]);
/** Members without an effect. */
const NOTED = new Set(["LogConfiguration", "KmsKeyIdentifier"]);

function known(settings: Record<string, unknown>): Partial<PipeSettings> {
  const given = Object.entries(settings).filter(
    ([name, value]) => value !== undefined && value !== null && !NOTED.has(name),
  );
  const [unknown] = given.filter(([name]) => !MEMBERS.has(name));
  if (unknown) throw invalid(`The local cloud does not serve ${unknown[0]} of a pipe.`);
  return Object.fromEntries(given);
}
