import type { Operation } from "../../kernel/service.ts";
import type { Engine } from "../engine.ts";
import type { MachineRow, Registry } from "../registry.ts";
import { checkArn, checkName, page, required } from "./arguments.ts";
import { checkDefinition } from "./definitions.ts";
import { refusals } from "./errors.ts";
import { checkLogging } from "./logging.ts";
import { publishVersion } from "./machine-versions.ts";
import { machineOf, splitVersion } from "./targets.ts";
import { variableReferences } from "./variable-references.ts";

const NO_LOGS = { level: "OFF", includeExecutionData: false };
const NO_TRACES = { enabled: false };
/** The encryption of everything without a setting of its own. */
export const OWNED_KEY = { type: "AWS_OWNED_KEY" };

export function machineOperations(engine: Engine, registry: Registry): Record<string, Operation> {
  const { kernel, executions } = engine;

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
    const published = input.publish
      ? { stateMachineVersionArn: publishVersion(row, input.versionDescription, kernel, registry) }
      : {};
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
      ? { stateMachineVersionArn: publishVersion(updated, input.versionDescription, kernel, registry) }
      : {};
    return {
      updateDate: kernel.clock.now() / 1000,
      ...(revision !== null && { revisionId: revision }),
      ...published,
    };
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
  };
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
