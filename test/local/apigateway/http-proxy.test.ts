import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cloud, json } from "./harness.ts";

let server: Server;
let behind: string;

/** Answers what it was sent. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    response.writeHead(201, { "x-kind": "film", "set-cookie": ["a=1", "b=2"] });
    response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  behind = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

const proxy = (path: string, more: object = {}) => ({
  IntegrationType: "HTTP_PROXY",
  IntegrationUri: `${behind}${path}`,
  IntegrationMethod: "ANY",
  ...more,
});

test("a request continues to another address, and its answer back", async () => {
  const local = cloud();
  const id = await local.api({
    routes: { "ANY /films/{proxy+}": {} },
    integration: proxy("/v1/{proxy}?key=k"),
  });
  const response = await local.send(id, "POST", "/films/a%20b/c?x=%2F&x=2", {
    headers: { "content-type": "text/plain", cookie: "u=1; v=2", host: "api" },
    body: "hello",
  });
  expect([response.status, response.headers["x-kind"]]).toEqual([201, "film"]);
  expect(response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  expect(json(response)).toMatchObject({
    method: "POST",
    url: "/v1/a%20b/c?key=k&x=%2F&x=2",
    headers: { "content-type": "text/plain", cookie: "u=1; v=2", host: behind.slice("http://".length) },
    body: "hello",
  });
});

test("the integration's own method and path come first where it has them", async () => {
  const local = cloud();
  const RequestParameters = { "overwrite:path": "/mapped", "append:header.x-id": "$context.requestId" };
  const integration = proxy("/v1", { IntegrationMethod: "GET", RequestParameters });
  const id = await local.api({ integration });
  expect(json(await local.send(id, "POST", "/any", { body: "left out" }))).toMatchObject({
    method: "GET",
    url: "/mapped",
    headers: { "x-id": "request-1" },
    body: "",
  });
});

test("an address without a server is an unavailable service, and reported", async () => {
  const local = cloud();
  const id = await local.api({ integration: proxy("", { IntegrationUri: "http://127.0.0.1:1/" }) });
  const response = await local.send(id, "GET", "/");
  expect([response.status, json(response)]).toEqual([503, { message: "Service Unavailable" }]);
  expect(local.log.join()).toContain("http://127.0.0.1:1/ cannot be reached");
});
