import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { MOCK_TOKEN, mockRoutes } from "../../console/mock/api.ts";
import { ROLE } from "../../console/mock/runs.ts";

/** The pages are tested with answers of a made-up app: they have to be such as the API gives, field by field. */
const OPENAPI = join(import.meta.dirname, "../../docs/openapi.json");
const description = JSON.parse(readFileSync(OPENAPI, "utf8"), (_, value) => closed(value));

/** An object has no other fields than the described ones. */
function closed(value: any): any {
  const isObject = value?.type === "object" && value.properties !== undefined;
  return isObject && value.additionalProperties === undefined
    ? { ...value, additionalProperties: false }
    : value;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(description, "openapi");

const { app, sample } = mockRoutes({ runs: 60, now: Date.now, patience: 0 });
const headers = { authorization: `Bearer ${MOCK_TOKEN}`, "idempotency-key": "1" };

/** What the API's description says of an answer, for a path as it is described: "/runs/{run}". */
function wrongIn(method: "get" | "post", described: string, answer: unknown): unknown {
  const operation = description.paths[described]?.[method];
  if (!operation) return `The API has no ${method} ${described}.`;
  const place = ["paths", described, method, "responses", "200", "content", "application/json", "schema"];
  const pointer = place
    .map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1"))
    .map(encodeURIComponent);
  const isValid = ajv.compile({ $ref: `openapi#/${pointer.join("/")}` });
  return isValid(answer)
    ? undefined
    : isValid.errors!.map(({ instancePath, message, params }) => [instancePath, message, params]);
}

const run = (role: keyof typeof ROLE) => sample.run(ROLE[role]).run;
const each = (keys: readonly (keyof typeof ROLE)[], rest = "") =>
  keys.map((key) => `/runs/${run(key)}${rest}`);
const ROLES = Object.keys(ROLE) as (keyof typeof ROLE)[];

test.each<[described: string, paths: string[]]>([
  ["/session", ["/session"]],
  ["/runs", ["/runs", "/runs?status=failed&limit=10"]],
  ["/runs/{run}", each(ROLES)],
  ["/runs/{run}/log", each(ROLES, "/log")],
  ["/runs/{run}/lines", each(ROLES, "/lines")],
  ["/runs/{run}/input", each(["failed"], "/input?path=take-payment")],
  ["/runs/{run}/progress", each(["failed"], "/progress?path=take-payment")],
  ["/runs/{run}/timeline", each(ROLES, "/timeline")],
  ["/correlations", ["/correlations?id=any"]],
  ["/workflows", ["/workflows"]],
  ["/subscribers", ["/subscribers"]],
  ["/map", ["/map"]],
  ["/events", ["/events"]],
  ["/events/{name}", ["/events/order.placed", "/events/video.requested"]],
  ["/deliveries", ["/deliveries"]],
  ["/approvals", ["/approvals"]],
  ["/dead-letters", ["/dead-letters"]],
  ["/dead-letters/{id}", sample.deadLetters.map(({ id }) => `/dead-letters/${id}`)],
  ["/quarantine", ["/quarantine"]],
  ["/quarantine/{id}", sample.quarantine.map(({ id }) => `/quarantine/${id}`)],
  ["/breakers", ["/breakers"]],
  ["/limits", ["/limits"]],
  ["/limits/{name}", ["/limits/model-calls"]],
  ["/replays", ["/replays"]],
])("what the made-up app answers to GET %s is what the API may answer", async (described, paths) => {
  for (const path of paths) {
    const response = await app.request(`/api${path}`, { headers });
    expect(response.status, path).toBe(200);
    expect(wrongIn("get", described, await response.json()), path).toBeUndefined();
  }
});

test("an answer that the API would not give is found", () => {
  expect(wrongIn("get", "/session", { name: "token" })).toBeDefined();
  expect(wrongIn("get", "/breakers", { items: [], made: "up" })).toBeDefined();
  expect(wrongIn("get", "/nothing", {})).toBeDefined();
});
