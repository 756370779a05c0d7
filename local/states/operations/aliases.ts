import type { Operation } from "../../kernel/service.ts";
import type { Engine } from "../engine.ts";
import type { AliasRow, Registry, Route } from "../registry.ts";
import { checkArn, required } from "./arguments.ts";
import { refusals } from "./errors.ts";

// A name of digits alone would be the number of a version.
const NAME = "^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$";
const LONGEST_NAME = 80;

function checkName(name: string): void {
  const problem =
    name.length > LONGEST_NAME
      ? `have length less than or equal to ${LONGEST_NAME}`
      : !new RegExp(NAME).test(name) && `satisfy regular expression pattern: ${NAME}`;
  if (problem) throw refusals.validation(violation(name, "name", problem));
}

function checkWeight(weight: number, position: number): void {
  const problem = weight > 100 ? "less than or equal to 100" : weight < 0 && "greater than or equal to 0";
  const place = `routingConfiguration.${position}.member.weight`;
  if (problem) throw refusals.validation(violation(weight, place, `have value ${problem}`));
}

const show = ({ stateMachineVersionArn, weight }: Route) =>
  `RoutingConfigurationListItem(stateMachineVersionArn=${stateMachineVersionArn}, weight=${weight})`;

const violation = (value: unknown, place: string, rule: string) =>
  `1 validation error detected: Value '${value}' at '${place}' failed to satisfy constraint: Member must ${rule}`;

export function aliasOperations(engine: Engine, registry: Registry): Record<string, Operation> {
  const { kernel } = engine;

  function aliasOf(input: any): AliasRow {
    const arn = checkArn(input, "stateMachineAliasArn", "stateMachine");
    const alias = registry.alias(arn);
    if (!alias) throw refusals.noReference();
    return alias;
  }

  /** The state machine that all versions of the routes belong to. */
  function checkRoutes(routes: Route[] | undefined): string {
    if (!routes || routes.length < 1 || routes.length > 2) {
      const problem = routes && routes.length > 0 ? "less than or equal to 2" : "greater than or equal to 1";
      throw refusals.validation(
        violation(
          `[${(routes ?? []).map(show).join(", ")}]`,
          "routingConfiguration",
          `have length ${problem}`,
        ),
      );
    }
    const arns = routes.map((route) => route.stateMachineVersionArn);
    const received = `Received: [${arns.join(", ")}]`;
    for (const [at, { weight }] of routes.entries()) checkWeight(weight, at + 1);
    if (!arns.every((arn) => /^arn:[^:]+:states(:[^:]*){3}:[^:]+:\d+$/.test(arn))) {
      throw refusals.validation(`Routing configuration must contain state machine version ARNs. ${received}`);
    }
    if (new Set(arns).size < arns.length) {
      throw refusals.validation(
        `Routing configuration must contain distinct state machine version ARNs. ${received}`,
      );
    }
    const machines = new Set(arns.map((arn) => arn.split(":").slice(0, 7).join(":")));
    if (machines.size > 1)
      throw refusals.validation("The versions of an alias must belong to one state machine");
    const weights = routes.map(({ weight }) => weight);
    if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
      throw refusals.validation(
        `Sum of routing configuration weights must equal 100. Received: [${weights.join(", ")}]`,
      );
    }
    for (const arn of arns) {
      const [machine, version] = [arn.split(":").slice(0, 7).join(":"), Number(arn.split(":")[7])];
      if (!registry.version(machine, version)) throw refusals.noResource(arn);
    }
    return [...machines][0]!;
  }

  return {
    CreateStateMachineAlias(input) {
      checkName(required(input, "name"));
      const machine = checkRoutes(input.routingConfiguration);
      const arn = `${machine}:${input.name}`;
      const routes = JSON.stringify(input.routingConfiguration);
      const existing = registry.alias(arn);
      if (existing) {
        if (existing.routes !== routes || existing.description !== (input.description ?? null)) {
          throw refusals.conflict(
            `Failed to create alias because an alias with the same name and a different routing configuration already exists.`,
          );
        }
        return { stateMachineAliasArn: arn, creationDate: existing.created / 1000 };
      }
      const created = kernel.clock.now();
      const description = input.description ?? null;
      registry.putAlias({ arn, machine, name: input.name, description, routes, created, updated: created });
      return { stateMachineAliasArn: arn, creationDate: created / 1000 };
    },

    UpdateStateMachineAlias(input) {
      const alias = aliasOf(input);
      if (input.description === undefined && input.routingConfiguration === undefined) {
        throw refusals.validation("Either the description or the routing configuration must be specified");
      }
      if (input.routingConfiguration !== undefined) checkRoutes(input.routingConfiguration);
      const updated = kernel.clock.now();
      const { routingConfiguration, description } = input;
      const routes = routingConfiguration === undefined ? alias.routes : JSON.stringify(routingConfiguration);
      registry.putAlias({ ...alias, routes, description: description ?? alias.description, updated });
      return { updateDate: updated / 1000 };
    },

    DescribeStateMachineAlias(input) {
      const alias = aliasOf(input);
      return {
        stateMachineAliasArn: alias.arn,
        name: alias.name,
        ...(alias.description !== null && { description: alias.description }),
        routingConfiguration: JSON.parse(alias.routes),
        creationDate: alias.created / 1000,
        updateDate: alias.updated / 1000,
      };
    },

    DeleteStateMachineAlias(input) {
      registry.removeAlias(checkArn(input, "stateMachineAliasArn", "stateMachine"));
      return {};
    },
  };
}
