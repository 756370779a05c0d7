import { expect, test } from "vitest";
import { ALL_ENGINES } from "../../../local/engines.ts";
import { type Routable, route, serviceOfVersion } from "../../../local/wire/route.ts";

const request = (given: Partial<Routable>): Routable => ({
  method: "POST",
  path: "/",
  query: new URLSearchParams(),
  headers: {},
  ...given,
});
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/${service}/aws4_request, Signature=x`,
});

test.each(ALL_ENGINES.map((engine) => [engine.name, engine] as const))(
  "requests of %s reach it in each way that it lists",
  (name, { wire }) => {
    switch (wire.protocol) {
      case "json": {
        const headers = { "x-amz-target": `${wire.target}.ListThings` };
        expect(route(request({ headers }))).toEqual({
          protocol: "json",
          service: name,
          operation: "ListThings",
        });
        break;
      }
      case "query": {
        const headers = { ...signedFor(name), "content-type": "application/x-www-form-urlencoded" };
        expect(route(request({ headers }))).toEqual({ protocol: "query", service: name });
        expect(serviceOfVersion(wire.version)).toBe(name);
        break;
      }
      case "rest":
        for (const signed of [name, ...(wire.alsoSignedFor ?? [])])
          expect(route(request({ headers: signedFor(signed) }))).toEqual({ protocol: "rest", service: name });
    }
  },
);

test.each([
  ["films.s3.us-east-1.localhost:4566", "/a.mp4", "s3"],
  ["abc.lambda-url.us-east-1.localhost", "/", "lambda"],
  ["k3x81mw20q.execute-api.us-east-1.localhost", "/films", "apigateway"],
  ["127.0.0.1:4566", "/_api/k3x81mw20q/films", "apigateway"],
  ["custom-resource-responses.localhost", "/x", "custom-resource-responses"],
])("a request to %s%s goes to %s, whatever it is signed for", (host, path, service) => {
  const headers = { host, ...signedFor("sqs") };
  expect(route(request({ headers, path }))).toEqual({ protocol: "rest", service });
});

test("the names are different", () => {
  const names = ALL_ENGINES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
