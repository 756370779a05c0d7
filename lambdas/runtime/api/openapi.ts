import type { Api } from "./operation.ts";
import { operationId } from "./operation-id.ts";

/** The API in OpenAPI 3.1, as it is served and documented. */
export function describeApi(api: Api) {
  const document = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Millrace",
      version: "1",
      description:
        "Runs, events, approvals and operator actions. Use /api with a bearer token, or /iam with requests signed for execute-api. The routes are the same.",
    },
    servers: [{ url: "../api", description: "With a bearer token" }],
    security: [{ token: [] }],
  });
  return {
    ...document,
    components: {
      ...document.components,
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "The deployment's token, or a JSON Web Token of the issuer that it names",
        },
      },
    },
    paths: Object.fromEntries(
      Object.entries(document.paths ?? {}).map(([path, operations]) => [
        pathOf(path),
        withIds(pathOf(path), operations),
      ]),
    ),
  };
}

/** The operations of a path, each with its name. */
function withIds(path: string, operations: object): object {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [
      method,
      { operationId: operationId(method, path), ...operation },
    ]),
  );
}

/** The router's notation for a parameter that accepts slashes: "{path{.+}}". */
function pathOf(path: string): string {
  return path.replaceAll("{.+}", "");
}
