import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { apigatewayResources } from "./resources.ts";
import { apigatewayService } from "./service.ts";

export const apigatewayEngine: Engine<"apigateway"> = {
  name: "apigateway",
  service: (kernel) => apigatewayService(kernel),
  resources: apigatewayResources,
  wire: {
    protocol: "rest",
    hosts: [/\.execute-api(?:\.[a-z0-9-]+)?\.(?:localhost|127\.0\.0\.1)$/],
    // Next to the host name, which not every machine resolves: /_api/k3x81mw20q/films.
    paths: [/^\/_api\//],
    alsoSignedFor: ["execute-api"],
  },
  accesses(kernel, operation, { ApiId, Resource }) {
    if (operation === "Invoke") return [access("execute-api:Invoke", Resource)];
    const verb = /^[A-Z][a-z]+/.exec(operation)![0];
    const method = { Create: "POST", Get: "GET", Update: "PATCH", Delete: "DELETE" }[verb] ?? verb;
    const api = ApiId === undefined ? "/apis" : `/apis/${ApiId}`;
    return [access(`apigateway:${method}`, `arn:aws:apigateway:${kernel.region}::${api}`)];
  },
};
