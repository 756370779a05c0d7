import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { verify } from "../../../lambdas/runtime/ingress/verify.ts";
import type { Signature } from "../../../lib/contract/trigger/signature.ts";
import { announceFilm } from "../../../workflows/video/announcement.ts";
import { ANNOUNCEMENTS } from "../../../workflows/video/steps.ts";
import { memoryArtifacts, memoryShared } from "../../runtime/memory/memory-work.ts";

const SECRET = Buffer.from("a secret of the two of us").toString("base64");
const published = {
  film: "s3://b/film.mp4",
  page: "s3://b/index.html",
  captions: "s3://b/captions.vtt",
  poster: "s3://b/poster.png",
  usd: 0.12,
  tookSeconds: 90,
};
const film = { videoId: "tides", title: "Tides", published };

interface Request {
  path: string;
  headers: Record<string, string>;
  body: string;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** Subscribers on this machine, by path; each answers as configured, one status after another. */
async function subscribers(answers: Record<string, number[]>) {
  const requests: Request[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const path = request.url!;
      const before = requests.filter((earlier) => earlier.path === path).length;
      requests.push({ path, headers: request.headers as Record<string, string>, body });
      const status = answers[path]![before] ?? answers[path]!.at(-1)!;
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("thanks");
    });
  });
  await new Promise<void>((listening) => server!.listen(0, "127.0.0.1", listening));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const list = Object.keys(answers).map((path) => ({ url: `${root}${path}`, secret: `whsec_${SECRET}` }));
  return { requests, root, ...studio(list) };
}

function studio(list?: unknown) {
  const { shared, files } = memoryShared("subscribers");
  if (list !== undefined) {
    files.set("list.json", { body: Buffer.from(JSON.stringify(list)), version: "1" });
  }
  const { artifacts } = memoryArtifacts();
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const signal = new AbortController().signal;
  const announce = (attempt = 1) =>
    announceFilm(film, { shared, artifacts, attempt, idempotencyKey: "RUN#r#announce", signal, log });
  return { announce, log };
}

test("Each subscriber is notified of the film, signed so that a library of Standard Webhooks would verify it.", async () => {
  const { announce, requests, root } = await subscribers({ "/a": [200], "/b": [204] });
  expect(await announce()).toEqual({ notified: [`${root}/a`, `${root}/b`], missed: [] });
  expect(requests).toHaveLength(2);
  const [{ headers, body }] = requests as [Request];
  expect(JSON.parse(body)).toEqual({
    type: "video.published",
    data: { videoId: "tides", title: "Tides", ...published },
  });
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  const standard: Signature = {
    header: "webhook-signature",
    algorithm: "sha256",
    encoding: "base64",
    tolerance: "5 minutes",
    read: () => ({ signatures: [signature!.replace("v1,", "")], timestamp }),
    preamble: () => `${id}.${timestamp}.`,
  };
  const key = Buffer.from(SECRET, "base64").toString();
  expect(verify({ headers, body: Buffer.from(body) }, standard, [key], Date.now())).toMatchObject({
    authentic: true,
  });
});

test("Unreachable subscribers are retried under the same id, and no subscriber is notified twice.", async () => {
  const { announce, requests, root } = await subscribers({ "/up": [200], "/down": [503, 302, 200] });
  await expect(announce(1)).rejects.toThrow(`Could not be reached: ${root}/down.`);
  await expect(announce(2)).rejects.toThrow(`Could not be reached: ${root}/down.`);
  expect(await announce(3)).toEqual({ notified: [`${root}/up`, `${root}/down`], missed: [] });
  expect(requests.map(({ path }) => path).sort()).toEqual(["/down", "/down", "/down", "/up"]);
  expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

test("After the last attempt the step returns the missed subscribers; one that is gone is not retried.", async () => {
  const { announce, requests, root } = await subscribers({ "/gone": [410], "/down": [500] });
  await expect(announce(1)).rejects.toThrow(`Could not be reached: ${root}/down.`);
  expect(await announce(ANNOUNCEMENTS)).toEqual({ notified: [], missed: [`${root}/gone`, `${root}/down`] });
  expect(requests.filter(({ path }) => path === "/elsewhere")).toEqual([]);
});

test("Without a list no one is notified; one that cannot be read is logged, and fails nothing.", async () => {
  expect(await studio().announce()).toEqual({ notified: [], missed: [] });
  const unsafe = studio([{ url: "http://example.com/hook", secret: `whsec_${SECRET}` }]);
  expect(await unsafe.announce()).toEqual({
    notified: [],
    missed: ["s3://bucket/_shared/subscribers/list.json"],
  });
  expect(unsafe.log.error.mock.calls[0]![1].why).toContain("https, or http to this machine itself");
});
