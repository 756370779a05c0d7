import { namedInErrors, type ResourceProvider } from "../kernel/resource.ts";
import { sourceKind, targetKind } from "./settings.ts";

/** AWS::Pipes::Pipe. Ref is its name. */
const pipe: ResourceProvider = {
  type: "AWS::Pipes::Pipe",
  serves: {
    Name: true,
    Description: true,
    DesiredState: true,
    Source: true,
    SourceParameters: true,
    Enrichment: true,
    EnrichmentParameters: { InputTemplate: true, HttpParameters: true },
    Target: true,
    TargetParameters: true,
    RoleArn: true,
    LogConfiguration: "the local cloud keeps no log of a pipe",
    KmsKeyIdentifier: "encryption at rest changes nothing locally",
    Tags: true,
  },
  refuses: ({ Source, Target }) => [...refusals(Source, sourceKind), ...refusals(Target, targetKind)],
  async deploy(resource, kernel) {
    const { Name: given, ...properties } = resource.properties;
    const Name = given ?? resource.generatedName;
    await namedInErrors(resource, async () => {
      const before = await kernel.call("pipes", "DescribePipe", { Name }).catch(() => undefined);
      // Another source is another pipe, whose position in it begins again.
      const isOther = before !== undefined && before.Source !== properties.Source;
      if (isOther) await kernel.call("pipes", "DeletePipe", { Name });
      const empty = {
        Enrichment: "",
        EnrichmentParameters: {},
        TargetParameters: {},
        SourceParameters: {},
      };
      if (before === undefined || isOther) await kernel.call("pipes", "CreatePipe", { Name, ...properties });
      else
        await kernel.call("pipes", "UpdatePipe", { Name, ...empty, DesiredState: "RUNNING", ...properties });
    });
    const { Arn, CurrentState, CreationTime, LastModifiedTime } = await kernel.call("pipes", "DescribePipe", {
      Name,
    });
    return { ref: Name, attributes: { Arn, CurrentState, CreationTime, LastModifiedTime } };
  },
  async remove(Name, kernel) {
    await kernel.call("pipes", "DeletePipe", { Name });
  },
};

export const pipesResources: ResourceProvider[] = [pipe];

/** References are still unresolved: only an ARN as text can be checked. */
function refusals(arn: unknown, check: (arn: string) => unknown): string[] {
  if (typeof arn !== "string" || !arn.startsWith("arn:")) return [];
  try {
    check(arn);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
