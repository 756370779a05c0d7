import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { Apis } from "./apis.ts";
import { Authorizers } from "./authorizers/authorize.ts";
import { answerControl } from "./control-http.ts";
import { addressOf, answerRequest, type Gateway, welcome } from "./gateway.ts";
import { controlOperations } from "./operations.ts";
import { Registry } from "./registry.ts";
import { toHttp } from "./response.ts";
import { TABLES } from "./tables.ts";

/** API Gateway's HTTP APIs. `log` receives a line for each failure behind an API that callers do not see. */
export function apigatewayService(
  kernel: Kernel,
  log: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Service {
  kernel.store.define(TABLES);
  const registry = new Registry(kernel);
  const gateway: Gateway = {
    kernel,
    apis: new Apis(registry),
    authorizers: new Authorizers(kernel, log),
    log,
  };
  return {
    name: "apigateway",
    operations: controlOperations(kernel, registry),
    welcomes: (request) => welcome(gateway, request),
    http(request) {
      const address = addressOf(request);
      if (!address) return answerControl(kernel, request);
      return kernel.work.during(async () =>
        toHttp(await answerRequest(gateway, request, address), request.requestId),
      );
    },
  };
}
