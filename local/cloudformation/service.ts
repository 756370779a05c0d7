import { localAddresses } from "../assembly/addresses.ts";
import type { Deployment } from "../assembly/deploy.ts";
import { type Frame, framesWithin, output, scopeOf } from "../assembly/frame.ts";
import { stackId } from "../assembly/names.ts";
import { resolve } from "../assembly/resolve.ts";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS cloudformation_stacks (
    path TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
  ) WITHOUT ROWID`;

/**
 * CloudFormation's read operations: stacks, their outputs, and the resource of a logical id. Stacks are
 * created and deleted with the template at a start, so nothing here changes one.
 */
export function cloudFormationService(kernel: Kernel, { plan, deployed, context }: Deployment): Service {
  const { store } = kernel;
  const local = localAddresses(deployed, kernel.region);
  const frames = plan.stacks.flatMap((stack) => [...framesWithin(stack)]);
  store.define(SCHEMA);
  for (const { path } of frames) {
    store.run(
      "INSERT INTO cloudformation_stacks VALUES (?1, ?2, ?2) ON CONFLICT (path) DO UPDATE SET updated = excluded.updated",
      path,
      kernel.clock.now(),
    );
  }

  const find = (name: unknown): Frame => {
    const found = frames.find((frame) => frame.name === name || stackId(frame.path, context) === name);
    if (found) return found;
    throw new ServiceError("ValidationError", `Stack with id ${name} does not exist`);
  };

  const summary = (frame: Frame) => {
    const { created, updated } = store.get<{ created: number; updated: number }>(
      "SELECT created, updated FROM cloudformation_stacks WHERE path = ?",
      frame.path,
    )!;
    const root = plan.stacks.find((top) => frame.path.startsWith(`${top.path}/`));
    return {
      StackId: stackId(frame.path, context),
      StackName: frame.name,
      CreationTime: new Date(created).toISOString(),
      LastUpdatedTime: updated === created ? undefined : new Date(updated).toISOString(),
      StackStatus: updated === created ? "CREATE_COMPLETE" : "UPDATE_COMPLETE",
      ParentId: frame.parent && stackId(frame.parent.path, context),
      RootId: frame.parent && root && stackId(root.path, context),
    };
  };

  const outputs = (frame: Frame) => {
    const scope = scopeOf(frame, context);
    return Object.entries(frame.template.Outputs ?? {})
      .filter(([, { Condition }]) => !Condition || scope.condition(Condition))
      .map(([name, { Description, Export }]) => ({
        OutputKey: name,
        OutputValue: local(output(frame, name, context)),
        Description,
        ExportName: Export && resolve(Export.Name, scope),
      }));
  };

  const resources = (frame: Frame) => {
    const { LastUpdatedTime, CreationTime } = summary(frame);
    const own = plan.resources.filter((resource) => resource.frame === frame);
    const nested = [...frame.children].map(([logicalId, child]) => ({
      LogicalResourceId: logicalId,
      PhysicalResourceId: stackId(child.path, context),
      ResourceType: "AWS::CloudFormation::Stack",
    }));
    const described = own.map(({ logicalId, path, type }) => ({
      LogicalResourceId: logicalId,
      PhysicalResourceId: deployed.get(path)!.ref,
      ResourceType: type,
    }));
    return [...described, ...nested].map((resource) => ({
      ...resource,
      ResourceStatus: "CREATE_COMPLETE",
      Timestamp: LastUpdatedTime ?? CreationTime,
    }));
  };

  const ofStack = (frame: Frame) => ({ StackId: stackId(frame.path, context), StackName: frame.name });

  const one = (input: any) => {
    const frame = find(input.StackName);
    const found = resources(frame).find(
      ({ LogicalResourceId }) => LogicalResourceId === input.LogicalResourceId,
    );
    if (found) return { ...ofStack(frame), ...found };
    throw new ServiceError(
      "ValidationError",
      `Resource ${input.LogicalResourceId} does not exist for stack ${input.StackName}`,
    );
  };

  return {
    name: "cloudformation",
    operations: {
      DescribeStacks: ({ StackName }) => ({
        Stacks: (StackName === undefined ? frames : [find(StackName)]).map((frame) => ({
          ...summary(frame),
          DisableRollback: false,
          Outputs: outputs(frame),
        })),
      }),
      ListStacks: ({ StackStatusFilter: wanted }) => ({
        StackSummaries: frames
          .map(summary)
          .filter(({ StackStatus }) => !wanted || wanted.includes(StackStatus)),
      }),
      ListStackResources: ({ StackName }) => ({
        StackResourceSummaries: resources(find(StackName)).map(({ Timestamp, ...resource }) => ({
          ...resource,
          LastUpdatedTimestamp: Timestamp,
        })),
      }),
      DescribeStackResources: ({ StackName }) => {
        const frame = find(StackName);
        return { StackResources: resources(frame).map((resource) => ({ ...ofStack(frame), ...resource })) };
      },
      DescribeStackResource(input) {
        const { Timestamp, ...resource } = one(input);
        return { StackResourceDetail: { ...resource, LastUpdatedTimestamp: Timestamp } };
      },
      GetTemplate: ({ StackName }) => ({
        TemplateBody: JSON.stringify(find(StackName).template, undefined, 1),
        StagesAvailable: ["Original", "Processed"],
      }),
      ListExports: () => ({
        Exports: frames.flatMap((frame) =>
          outputs(frame)
            .filter(({ ExportName }) => ExportName !== undefined)
            .map(({ ExportName, OutputValue }) => ({
              ExportingStackId: stackId(frame.path, context),
              Name: ExportName,
              Value: OutputValue,
            })),
        ),
      }),
    },
  };
}
