import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import { testApi } from "./test-api.ts";

const FILE = join(import.meta.dirname, "../../../docs/openapi.json");

let document: any;
beforeAll(async () => {
  document = (await testApi().get("/api/openapi.json")).json;
});

const operations = () =>
  Object.entries<Record<string, any>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Write it again with `vitest run test/runtime/api/openapi.test.ts -u`. */
test("docs/openapi.json is the API's own description", async () => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(FILE);
});

test("every route that answers is documented", () => {
  const { documented } = testApi();
  const described = operations().map(({ path, method }) => `${method} ${path}`);
  expect(documented.map(({ method, path }) => `${method} ${path.replaceAll("{.+}", "")}`)).toEqual(
    expect.arrayContaining(described),
  );
  expect(described).toHaveLength(documented.length);
  expect(described.length).toBeGreaterThan(40);
});

describe("each operation", () => {
  test("has a summary, error responses, and requires authentication", () => {
    expect(document.security).toEqual([{ token: [] }]);
    expect(document.components.securitySchemes.token.scheme).toBe("bearer");
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`;
      expect(operation.summary, where).toMatch(/^[A-Z]/);
      expect(operation.tags, where).toHaveLength(1);
      for (const status of ["400", "401", "403"])
        expect(operation.responses[status].content["application/json"].schema, where).toEqual({
          $ref: "#/components/schemas/Problem",
        });
      if (path.includes("{")) expect(Object.keys(operation.responses), where).toContain("404");
    }
  });

  test("that changes something needs an Idempotency-Key and a body", () => {
    const changes = operations().filter(({ method }) => method === "post");
    expect(changes.length).toBeGreaterThan(20);
    for (const { path, operation } of changes) {
      const key = operation.parameters.find(({ name }: { name: string }) => name === "idempotency-key");
      expect(key, path).toMatchObject({ in: "header", required: true });
      expect(operation.requestBody, path).toMatchObject({ required: true });
    }
  });

  test("has a unique name, from which generated clients name their methods", () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]+)+$/);
    expect(ids).toEqual(
      expect.arrayContaining([
        "listRuns",
        "getRun",
        "getRunLog",
        "startRun",
        "pauseRun",
        "signalRun",
        "getSession",
        "listDeadLetters",
        "redriveDeadLetters",
        "redriveDeadLetter",
        "decideApproval",
        "sendEvent",
        "listDeliveries",
        "startReplay",
        "cancelReplay",
        "forceBreaker",
        "releaseQuarantine",
      ]),
    );
  });

  test("names each parameter of its path", () => {
    for (const { path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const described = (operation.parameters ?? []).filter((one: any) => one.in === "path");
      expect(described.map(({ name }: { name: string }) => name).sort(), path).toEqual(inPath.sort());
    }
  });
});

test("all schemas are JSON Schema, and refer to each other", () => {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addSchema(document, "openapi");
  const names = Object.keys(document.components.schemas);
  expect(names).toEqual(expect.arrayContaining(["RunSummary", "RunDetail", "Approval", "Problem"]));
  for (const name of names)
    expect(() => ajv.compile({ $ref: `openapi#/components/schemas/${name}` }), name).not.toThrow();
});
