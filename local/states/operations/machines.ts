import type { Operation } from "../../kernel/service.ts";
import type { Engine } from "../engine.ts";
import type { MachineRow, Registry, VersionRow } from "../registry.ts";
import { type Diagnostic, refusal, validateDefinition } from "../validate/index.ts";
import { checkArn, checkName, page, required } from "./arguments.ts";
import { refusals } from "./errors.ts";
import { checkLogging } from "./logging.ts";
import { versionArn } from "./targets.ts";
import { variableReferences } from "./variable-references.ts";

const NO_LOGS = { level: "OFF", includeExecutionData: false };
const NO_TRACES = { enabled: false };
/** The encryption of everything without a setting of its own. */
export const OWNED_KEY = { type: "AWS_OWNED_KEY" };

export function machineOperations(engine: Engine, registry: Registry): Record<string, Operation> {
  const { kernel, executions } = engine;

  /** The ARN of the version that is the current machine, which may have been published already. */
  function publish(row: MachineRow, description: unknown): string {
    const latest = unchanged(row);
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
  function unchanged(row: MachineRow): VersionRow | undefined {
    const [latest] = registry.versions(row.arn);
    return latest?.revision === row.revision && latest.definition === row.definition ? latest : undefined;
  }

  function create(input: any) {
    const name = checkName(input.name);
    const definition = checkDefinition(input.definition, input.type);
    if (input.versionDescription !== undefined && !input.publish) {
      throw refusals.validation("Version description can only be set when publish is true");
    }
    const arn = kernel.arn("states", `stateMachine:${name}`);
    const wanted = {
      type: input.type ?? "STANDARD",
      role: required(input, "roleArn"),
      logging: JSON.stringify({ ...NO_LOGS, ...input.loggingConfiguration }),
      tracing: JSON.stringify(input.tracingConfiguration ?? NO_TRACES),
      encryption: input.encryptionConfiguration ? JSON.stringify(input.encryptionConfiguration) : null,
    };
    let row = registry.machine(arn);
    if (row) {
      const same = Object.entries(wanted).every(
        ([field, value]) => row![field as keyof MachineRow] === value,
      );
      if (!same || executions.definition(row.definition) !== definition) throw refusals.machineExists(arn);
    } else {
      const created = kernel.clock.now();
      const id = executions.addDefinition(definition);
      row = { arn, name, ...wanted, definition: id, revision: null, created, versions: 0 };
      registry.putMachine(row);
      for (const { key, value } of input.tags ?? []) registry.putTag(arn, key, value);
    }
    const published = input.publish ? { stateMachineVersionArn: publish(row, input.versionDescription) } : {};
    return { stateMachineArn: arn, creationDate: row.created / 1000, ...published };
  }

  function update(input: any) {
    const row = machineOf(registry, input);
    const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } =
      input;
    const given = [definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration];
    if (given.every((value) => value === undefined)) {
      throw refusals.missing(
        "Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration or the EncryptionConfiguration must be specified",
      );
    }
    const text = definition === undefined ? undefined : checkDefinition(definition, row.type);
    const isSame = text === undefined || text === executions.definition(row.definition);
    const wanted = {
      role: roleArn ?? row.role,
      definition: isSame ? row.definition : executions.addDefinition(text),
      logging: loggingConfiguration ? JSON.stringify({ ...NO_LOGS, ...loggingConfiguration }) : row.logging,
      tracing: tracingConfiguration ? JSON.stringify(tracingConfiguration) : row.tracing,
      encryption: encryptionConfiguration ? JSON.stringify(encryptionConfiguration) : row.encryption,
    };
    const changed = Object.entries(wanted).some(([field, value]) => row[field as keyof MachineRow] !== value);
    const revision = changed ? kernel.random.uuid() : row.revision;
    const updated: MachineRow = { ...row, ...wanted, revision };
    registry.putMachine(updated);
    const published = input.publish
      ? { stateMachineVersionArn: publish(updated, input.versionDescription) }
      : {};
    return {
      updateDate: kernel.clock.now() / 1000,
      ...(revision !== null && { revisionId: revision }),
      ...published,
    };
  }

  function publishVersion(input: any) {
    const row = machineOf(registry, input);
    if (input.revisionId !== undefined && input.revisionId !== (row.revision ?? "INITIAL")) {
      throw refusals.conflict(
        "Failed to publish the State Machine version for revision " +
          `${input.revisionId}. The current State Machine revision is ${row.revision ?? "INITIAL"}.`,
      );
    }
    const created = unchanged(row)?.created ?? kernel.clock.now();
    return { creationDate: created / 1000, stateMachineVersionArn: publish(row, input.description) };
  }

  return {
    async CreateStateMachine(input) {
      await checkLogging(kernel, input.loggingConfiguration);
      return kernel.store.atomically(() => create(input));
    },
    async UpdateStateMachine(input) {
      await checkLogging(kernel, input.loggingConfiguration);
      return kernel.store.atomically(() => update(input));
    },
    PublishStateMachineVersion: (input) => kernel.store.atomically(() => publishVersion(input)),

    DescribeStateMachine(input) {
      const arn = checkArn(input, "stateMachineArn", "stateMachine");
      const [machine, version] = splitVersion(arn);
      const row = registry.machine(machine);
      const published = version === undefined ? undefined : registry.version(machine, version);
      if (!row || (version !== undefined && !published)) throw refusals.noMachine(arn);
      return describeMachine(
        { ...row, ...published },
        executions.definition((published ?? row).definition),
        arn,
      );
    },

    DescribeStateMachineForExecution(input) {
      const arn = checkArn(input, "executionArn", "execution");
      const execution = executions.byArn(arn);
      if (!execution) throw refusals.noExecution(arn);
      const row = registry.machine(execution.machine);
      if (!row) throw refusals.noMachine(execution.machine);
      const definition = executions.definition(execution.definition);
      const references = variableReferences(JSON.parse(definition));
      return {
        stateMachineArn: row.arn,
        name: row.name,
        definition,
        ...(Object.keys(references).length > 0 && { variableReferences: references }),
        roleArn: execution.role,
        updateDate: row.created / 1000,
        loggingConfiguration: JSON.parse(row.logging),
        tracingConfiguration: JSON.parse(row.tracing),
        encryptionConfiguration: encryptionOf(row),
        ...(row.revision !== null && { revisionId: row.revision }),
      };
    },

    ListStateMachines(input) {
      const { items, nextToken } = page(registry.machines(), input, ({ arn }) => arn);
      const stateMachines = items.map(({ arn, name, type, created }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: created / 1000,
      }));
      return { stateMachines, ...(nextToken && { nextToken }) };
    },

    async DeleteStateMachine(input) {
      const arn = checkArn(input, "stateMachineArn", "stateMachine");
      kernel.store.atomically(() => registry.removeMachine(arn));
      for (let before = Number.MAX_SAFE_INTEGER; ; ) {
        const found = executions.list(arn, undefined, before, 100);
        for (const { id, status } of found) {
          if (status === "RUNNING") await engine.post(id, { kind: "stop" });
          kernel.store.atomically(() => engine.forget(id));
        }
        if (found.length === 0) return {};
        before = found.at(-1)!.id;
      }
    },

    ListStateMachineVersions(input) {
      const row = machineOf(registry, input);
      const { items, nextToken } = page(registry.versions(row.arn), input, ({ version }) => String(version));
      const stateMachineVersions = items.map(({ version, created }) => ({
        stateMachineVersionArn: versionArn(row.arn, version),
        creationDate: created / 1000,
      }));
      return { stateMachineVersions, ...(nextToken && { nextToken }) };
    },

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

    ValidateStateMachineDefinition(input) {
      const diagnostics = validateDefinition(required(input, "definition"), input.type);
      const shown = input.severity === "WARNING" ? diagnostics : diagnostics.filter(isError);
      const most = input.maxResults > 0 ? input.maxResults : 100;
      return {
        result: diagnostics.some(isError) ? "FAIL" : "OK",
        diagnostics: shown.slice(0, most),
        truncated: shown.length > most,
      };
    },
  };
}

/** The definition's text, if the service would take it. */
function checkDefinition(definition: unknown, type?: "STANDARD" | "EXPRESS"): string {
  if (typeof definition !== "string") throw refusals.missing("definition");
  const refused = refusal(validateDefinition(definition, type));
  if (refused) throw refused;
  return definition;
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "ERROR";
}

/** The state machine of that ARN, which must not be one of a version or alias. */
export function machineOf(registry: Registry, input: Record<string, unknown>): MachineRow {
  const arn = checkArn(input, "stateMachineArn", "stateMachine");
  const row = registry.machine(arn);
  if (!row) throw refusals.noMachine(arn);
  return row;
}

/** ["…:stateMachine:orders", 3] for "…:stateMachine:orders:3". */
function splitVersion(arn: string): [machine: string, version: number | undefined] {
  const parts = arn.split(":");
  return parts.length === 8 ? [parts.slice(0, 7).join(":"), Number(parts[7])] : [arn, undefined];
}

function encryptionOf({ encryption }: MachineRow): object {
  return encryption === null ? OWNED_KEY : JSON.parse(encryption);
}

function describeMachine(
  row: MachineRow & { description?: string | null },
  definition: string,
  arn: string,
): Record<string, unknown> {
  const references = variableReferences(JSON.parse(definition));
  return {
    stateMachineArn: arn,
    name: row.name,
    status: "ACTIVE",
    definition,
    roleArn: row.role,
    type: row.type,
    creationDate: row.created / 1000,
    loggingConfiguration: JSON.parse(row.logging),
    tracingConfiguration: JSON.parse(row.tracing),
    encryptionConfiguration: encryptionOf(row),
    ...(row.revision !== null && { revisionId: row.revision }),
    ...(row.description && { description: row.description }),
    ...(Object.keys(references).length > 0 && { variableReferences: references }),
  };
}
