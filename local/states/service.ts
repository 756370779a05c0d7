import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { Engine } from "./engine.ts";
import { activityOperations } from "./operations/activities.ts";
import { aliasOperations } from "./operations/aliases.ts";
import { definitionOperations } from "./operations/definitions.ts";
import { executionOperations } from "./operations/executions.ts";
import { versionOperations } from "./operations/machine-versions.ts";
import { machineOperations } from "./operations/machines.ts";
import { mapRunOperations } from "./operations/map-runs.ts";
import { tagOperations } from "./operations/tags.ts";
import { taskOperations } from "./operations/tasks.ts";
import { testStateOperations } from "./operations/test-state.ts";
import { Registry } from "./registry.ts";

/** AWS Step Functions. */
export function statesService(kernel: Kernel): Service {
  const registry = new Registry(kernel.store);
  const engine = new Engine(kernel, registry);
  return {
    name: "states",
    operations: {
      ...machineOperations(engine, registry),
      ...versionOperations(engine, registry),
      ...definitionOperations(),
      ...aliasOperations(engine, registry),
      ...executionOperations(engine, registry),
      ...mapRunOperations(engine),
      ...taskOperations(engine),
      ...activityOperations(engine, registry),
      ...tagOperations(engine, registry),
      ...testStateOperations(engine),
    },
    measure: (metric, { StateMachineArn = "" }, from, until) =>
      engine.executions.measure(metric, StateMachineArn, from, until),
    start: () => engine.start(),
    stop: async () => engine.stop(),
  };
}
