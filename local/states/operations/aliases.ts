import type { Operation } from "../../kernel/service.ts";
import type { Engine } from "../engine.ts";
import type { AliasRow, Registry, Route } from "../registry.ts";
import { checkArn, page } from "./arguments.ts";
import { refusals } from "./errors.ts";
import { machineOf } from "./machines.ts";

// A name of digits alone would be the number of a version.
const NAME = /^(?=.*[A-Za-z_\-.])[A-Za-z0-9_\-.]{1,80}$/;

export function aliasOperations(engine: Engine, registry: Registry): Record<string, Operation> {
  const { kernel } = engine;

  function aliasOf(input: any): AliasRow {
    const arn = checkArn(input, "stateMachineAliasArn", "stateMachine");
    const alias = registry.alias(arn);
    if (!alias) throw refusals.noResource(arn);
    return alias;
  }

  /** The state machine that all versions of the routes belong to. */
  function checkRoutes(routes: Route[] | undefined): string {
    if (!routes || routes.length < 1 || routes.length > 2) {
      throw refusals.validation("A routing configuration names one or two versions");
    }
    const machines = new Set(
      routes.map(({ stateMachineVersionArn: arn }) => arn.split(":").slice(0, 7).join(":")),
    );
    if (machines.size > 1)
      throw refusals.validation("The versions of an alias must belong to one state machine");
    if (new Set(routes.map((route) => route.stateMachineVersionArn)).size < routes.length) {
      throw refusals.validation("The versions of an alias must differ");
    }
    if (routes.reduce((sum, { weight }) => sum + weight, 0) !== 100) {
      throw refusals.validation("The weights of a routing configuration must add up to 100");
    }
    for (const { stateMachineVersionArn: arn } of routes) {
      const [machine, version] = [arn.split(":").slice(0, 7).join(":"), Number(arn.split(":")[7])];
      if (!registry.version(machine, version)) throw refusals.noResource(arn);
    }
    return [...machines][0]!;
  }

  return {
    CreateStateMachineAlias(input) {
      if (typeof input.name !== "string" || !NAME.test(input.name))
        throw refusals.validation(`Invalid alias name: '${input.name}'`);
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

    ListStateMachineAliases(input) {
      const machine = machineOf(registry, input);
      const { items, nextToken } = page(registry.aliases(machine.arn), input, ({ name }) => name);
      const stateMachineAliases = items.map(({ arn, created }) => ({
        stateMachineAliasArn: arn,
        creationDate: created / 1000,
      }));
      return { stateMachineAliases, ...(nextToken && { nextToken }) };
    },

    DeleteStateMachineAlias(input) {
      registry.removeAlias(checkArn(input, "stateMachineAliasArn", "stateMachine"));
      return {};
    },
  };
}
