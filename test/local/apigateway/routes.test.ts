import { expect, test } from "vitest";
import { matchRoute, parseRouteKey } from "../../../local/apigateway/routes.ts";

const routes = (...keys: string[]) => keys.map((key) => ({ key, path: parseRouteKey(key)! }));
const KEYS = [
  "$default",
  "ANY /{proxy+}",
  "GET /films/{film}",
  "GET /films/newest",
  "ANY /films/newest",
  "GET /films/{film}/scenes/{scene}",
  "GET /films/{rest+}",
  "POST /films",
  "GET /",
];

test.each([
  ["GET", "/films/newest", "GET /films/newest", undefined],
  ["PUT", "/films/newest", "ANY /films/newest", undefined],
  ["GET", "/films/a%2Fb", "GET /films/{film}", { film: "a/b" }],
  ["GET", "/films/7/scenes/1", "GET /films/{film}/scenes/{scene}", { film: "7", scene: "1" }],
  ["GET", "/films/7/frames/1", "GET /films/{rest+}", { rest: "7/frames/1" }],
  ["POST", "/films/7/frames/1", "ANY /{proxy+}", { proxy: "films/7/frames/1" }],
  ["POST", "/films", "POST /films", undefined],
  ["GET", "/films/", "ANY /{proxy+}", { proxy: "films/" }],
  ["GET", "/", "GET /", undefined],
  ["POST", "/", "$default", undefined],
])("%s %s goes to %s", (method, path, key, pathParameters) => {
  for (const order of [KEYS, [...KEYS].reverse()]) {
    const match = matchRoute(routes(...order), method, path);
    expect(match?.route.key).toBe(key);
    expect(match?.pathParameters).toEqual(pathParameters);
  }
});

test("a literal at an earlier position wins over more of them later", () => {
  const match = matchRoute(routes("GET /{a}/b/c", "GET /a/{b}/{c}"), "GET", "/a/b/c");
  expect(match?.route.key).toBe("GET /a/{b}/{c}");
});

test("without a default there may be no route", () => {
  const some = routes("GET /films", "GET /films/{id}");
  for (const path of ["/", "/film", "/films/", "/films/7/x", "/Films"]) {
    expect(matchRoute(some, "GET", path)).toBeUndefined();
  }
  expect(matchRoute(some, "DELETE", "/films")).toBeUndefined();
});

test.each(["films", "GET films", "get /films", "GET /{proxy+}/x", "GET /a{b}", "TRACE /", "GET /{}", ""])(
  "%j is not a route key",
  (key) => {
    expect(parseRouteKey(key)).toBeUndefined();
  },
);
