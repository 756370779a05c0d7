import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation } from "../../kernel/service.ts";
import type { Engine } from "../engine.ts";
import type { MachineRow, Registry, VersionRow } from "../registry.ts";
import { checkArn } from "./arguments.ts";
import { refusals } from "./errors.ts";
import { machineOf, splitVersion, versionArn } from "./targets.ts";

/** Versions of state machines: each is a definition and a role that do not change any more. */
export function versionOperations({ kernel }: Engine, registry: Registry): Record<string, Operation> {
  function publish(input: any) {
    const row = machineOf(registry, input);
    if (input.revisionId !== undefined && input.revisionId !== (row.revision ?? "INITIAL")) {
      throw refusals.conflict(
        "Failed to publish the State Machine version for revision " +
          `${input.revisionId}. The current State Machine revision is ${row.revision ?? "INITIAL"}.`,
      );
    }
    const created = unchanged(row, registry)?.created ?? kernel.clock.now();
    return {
      creationDate: created / 1000,
      stateMachineVersionArn: publishVersion(row, input.description, kernel, registry),
    };
  }

  return {
    PublishStateMachineVersion: (input) => kernel.store.atomically(() => publish(input)),

    DeleteStateMachineVersion(input) {
      const arn = checkArn(input, "stateMachineVersionArn", "stateMachine");
      const [machine, version] = splitVersion(arn);
      if (version === undefined) throw refusals.validation(`${arn} is not the ARN of a version`);
      const naming = registry.aliases(machine).filter(({ routes }) => routes.includes(JSON.stringify(arn)));
      if (naming.length > 0) {
        const names = naming.map(({ name }) => name).join(", ");
        throw refusals.conflict(
          `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`,
        );
      }
      registry.removeVersion(machine, version);
      return {};
    },
  };
}

/** The ARN of the version that is the current machine, which may have been published already. */
export function publishVersion(
  row: MachineRow,
  description: unknown,
  kernel: Kernel,
  registry: Registry,
): string {
  const latest = unchanged(row, registry);
  if (latest) return versionArn(row.arn, latest.version);
  const version = row.versions + 1;
  registry.putVersion({
    machine: row.arn,
    version,
    role: row.role,
    definition: row.definition,
    revision: row.revision,
    description: typeof description === "string" ? description : null,
    created: kernel.clock.now(),
  });
  registry.putMachine({ ...row, versions: version });
  return versionArn(row.arn, version);
}

/** The latest version, where the machine has not changed since. */
function unchanged(row: MachineRow, registry: Registry): VersionRow | undefined {
  const [latest] = registry.versions(row.arn);
  return latest?.revision === row.revision && latest.definition === row.definition ? latest : undefined;
}
