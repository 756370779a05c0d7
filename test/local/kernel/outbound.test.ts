import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { isOnThisMachine, network, refusedAddress } from "../../../local/kernel/outbound.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server on this machine; answers its port. */
async function listening(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const request = (url: string, more: object = {}) =>
  network({ method: "GET", url: new URL(url), headers: [], patience: 5000, most: 1000, ...more });

test("a request arrives as it was given, also a GET with a body and a header twice", async () => {
  let seen: { method?: string; url?: string; rawHeaders: string[]; body: string } | undefined;
  const port = await listening(async (incoming, response) => {
    const { method, url, rawHeaders } = incoming;
    seen = {
      method: method!,
      url: url!,
      rawHeaders,
      body: Buffer.concat(await incoming.toArray()).toString(),
    };
    response.writeHead(201, [
      ["X-Own", "a"],
      ["X-Own", "b"],
    ]);
    response.end("done");
  });
  const headers: [string, string][] = [
    ["x-shared", "1"],
    ["X-Shared", "2"],
  ];
  const answer = await request(`http://127.0.0.1:${port}/a?b=c%20d`, { headers, body: "{}" });
  expect(seen).toEqual({
    method: "GET",
    url: "/a?b=c%20d",
    rawHeaders: [
      "Host",
      `127.0.0.1:${port}`,
      "x-shared",
      "1",
      "X-Shared",
      "2",
      "Content-Length",
      "2",
      "Connection",
      "close",
    ],
    body: "{}",
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.filter(([name]) => name === "X-Own")).toEqual([
    ["X-Own", "a"],
    ["X-Own", "b"],
  ]);
  expect(answer.body.toString()).toBe("done");
});

test("a name below localhost is this machine", async () => {
  const port = await listening((incoming, response) => response.end(incoming.headers.host));
  const { body } = await request(`http://abc.execute-api.localhost:${port}/`);
  expect(body.toString()).toBe(`abc.execute-api.localhost:${port}`);
});

test("a redirect is not followed", async () => {
  const port = await listening((_incoming, response) =>
    response.writeHead(302, { location: "https://elsewhere.example.com/" }).end(),
  );
  expect(await request(`http://localhost:${port}/`)).toMatchObject({ status: 302 });
});

test("no response in time, none at all, and one that is too large are errors", async () => {
  const silent = await listening(() => {});
  const slow = request(`http://127.0.0.1:${silent}/`, { patience: 50 });
  await expect(slow).rejects.toMatchObject({ reason: "timeout" });
  const large = await listening((_incoming, response) => response.end("x".repeat(1001)));
  await expect(request(`http://127.0.0.1:${large}/`)).rejects.toMatchObject({ reason: "too large" });
  for (const close of open.splice(0)) close();
  await expect(request(`http://127.0.0.1:${silent}/`)).rejects.toMatchObject({ reason: "unreachable" });
});

test.each(["http://example.com/", "http://127.0.0.1.example.com/", "ftp://localhost/", "example.com/api"])(
  "%s is not called",
  async (address) => {
    expect(refusedAddress(address)).toContain("is not called: an endpoint begins with https://");
    if (!URL.canParse(address)) return;
    await expect(request(address)).rejects.toMatchObject({ reason: "refused" });
  },
);

test.each([
  ["http://127.0.0.1:8080/x", true],
  ["https://localhost/", true],
  ["http://[::1]:1/", true],
  ["http://id.execute-api.localhost:4566/", true],
  ["https://localhost.example.com/", false],
  ["http://user@example.com/127.0.0.1", false],
])("whether %s is on this machine: %s", (address, expected) => {
  expect(isOnThisMachine(address)).toBe(expected);
});
