import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { InvokeConfigs } from "./async/config.ts";
import { AsyncQueue } from "./async/queue.ts";
import { Background } from "./background.ts";
import { Functions, LATEST } from "./functions.ts";
import { answerRest } from "./http.ts";
import { INPUTS } from "./inputs.ts";
import { Invocations } from "./invocations.ts";
import type { LogLine } from "./log.ts";
import { Mappings } from "./mappings/mappings.ts";
import { functionOperations } from "./operations/functions.ts";
import { invokeOperation } from "./operations/invoke.ts";
import { permissionOperations } from "./operations/permissions.ts";
import { tagOperations } from "./operations/tags.ts";
import { Pool } from "./pool.ts";
import type { Runner } from "./runner.ts";
import { SCHEMA } from "./schema.ts";
import { checked } from "./shape.ts";
import { threadRunner } from "./thread/runner.ts";
import { Urls } from "./urls.ts";

export interface LambdaOptions {
  /** What runs code. @default a thread for each environment */
  runner?: Runner;
  /** Maximum number of environments; further invocations wait for one. @default 64 */
  environments?: number;
  /** Receives each line that a function writes, as it is written. */
  onLog?: (line: LogLine) => void;
}

/** Lambda, with what the template's resources need in addition to the API. */
export interface LambdaService extends Service {
  readonly functions: Functions;
  readonly mappings: Mappings;
  readonly urls: Urls;
}

/** Lambda: functions of a cloud assembly, event source mappings, asynchronous invocation, function URLs. */
export function lambdaService(kernel: Kernel, options: LambdaOptions = {}): LambdaService {
  kernel.store.define(SCHEMA);
  const { runner = threadRunner(), environments = 64, onLog = () => {} } = options;
  const pool = new Pool(kernel, runner, environments, onLog);
  const functions = new Functions(kernel, (name) =>
    pool.retire(name, functions.version(name, LATEST)?.revision),
  );
  const invocations = new Invocations(kernel, functions, pool);
  const configs = new InvokeConfigs(kernel, functions);
  const background = new Background(kernel);
  const queue = new AsyncQueue(kernel, functions, invocations, configs, background);
  const mappings = new Mappings(kernel, functions, invocations, background);
  const urls = new Urls(kernel, functions, invocations);

  return {
    name: "lambda",
    functions,
    mappings,
    urls,
    operations: checked(
      {
        ...functionOperations(kernel, functions),
        ...permissionOperations(kernel, functions),
        ...tagOperations(kernel, functions, mappings),
        ...configs.operations,
        ...mappings.operations,
        ...urls.operations,
        Invoke: invokeOperation(functions, invocations, queue),
      },
      INPUTS,
    ),
    policyOf: (arn) => functions.policyOf(arn),
    measure: invocations.counts.measure,
    welcomes: (request) => urls.welcome(request),
    async http(request) {
      return (await urls.serve(request)) ?? (await answerRest(kernel, request));
    },
    start() {
      pool.start();
      queue.start();
      mappings.start();
    },
    pause() {
      mappings.stop();
      queue.stop();
    },
    async stop() {
      mappings.stop();
      queue.stop();
      await pool.stop();
      await background.idle();
    },
  };
}
