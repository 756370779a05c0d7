import type { Kernel } from "../kernel/kernel.ts";
import type { FunctionVersion } from "./functions.ts";
import type { EnvironmentLog } from "./log.ts";
import type { Environment, Runner } from "./runner.ts";
import { takesCallbacks } from "./settings.ts";
import { environmentVariables } from "./variables.ts";

/** Starts an environment of a version, which writes to this log. */
export function startEnvironment(
  kernel: Kernel,
  runner: Runner,
  version: FunctionVersion,
  log: EnvironmentLog,
): Environment {
  const { settings } = version;
  return runner.start(
    {
      name: version.name,
      folder: version.code,
      handler: settings.Handler,
      variables: environmentVariables(kernel, version, log.group, log.stream),
      memory: settings.MemorySize,
      logFormat: settings.LoggingConfig.LogFormat,
      callbacks: takesCallbacks(settings),
    },
    log.write,
  );
}
