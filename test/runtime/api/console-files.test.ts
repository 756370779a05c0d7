import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bundledFiles } from "../../../lambdas/runtime/api/bundled-files.ts";
import type { ConsoleFiles } from "../../../lambdas/runtime/api/console-files.ts";
import { requestOf, resultOf } from "../../../lambdas/runtime/api/http-event.ts";
import { testApi } from "./test-api.ts";

let files: ConsoleFiles;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-console-"));
  writeFileSync(join(folder, "secret.txt"), "not for you");
  mkdirSync(join(folder, "console/assets"), { recursive: true });
  writeFileSync(join(folder, "console/index.html"), "<!doctype html>page");
  writeFileSync(join(folder, "console/assets/app-1a2b.js"), "code()");
  writeFileSync(join(folder, "console/assets/app-1a2b.js.br"), Buffer.from([0, 1]));
  writeFileSync(join(folder, "console/assets/app-1a2b.js.gz"), Buffer.from([0, 2]));
  writeFileSync(join(folder, "console/assets/font.woff2"), Buffer.from([0, 255, 1]));
  files = bundledFiles(join(folder, "console"), "https://s3.eu-central-1.amazonaws.com/films/");
});
const ANONYMOUS = { headers: { authorization: undefined } };

describe("the console's files", () => {
  test.each(["/", "/runs/make-film-1", "/approvals"])(
    "%s is the page, public, and never cached",
    async (path) => {
      const answer = await testApi({ files }).get(path, ANONYMOUS);
      expect([answer.status, answer.text]).toEqual([200, "<!doctype html>page"]);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    },
  );

  test("nothing is loaded from other origins except files of runs, and no site can frame it", async () => {
    const policy = (await testApi({ files }).get("/", ANONYMOUS)).headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("img-src 'self' https://s3.eu-central-1.amazonaws.com/films/");
    expect(policy).not.toMatch(/script-src|unsafe-eval|\*/);
  });

  test("files with a hash in their name are cached forever, with their content type", async () => {
    const { get } = testApi({ files });
    const code = await get("/assets/app-1a2b.js", ANONYMOUS);
    expect(code.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(code.headers.get("cache-control")).toContain("immutable");
    expect((await get("/assets/font.woff2", ANONYMOUS)).headers.get("content-type")).toBe("font/woff2");
  });

  test.each([
    ["gzip, deflate, br, zstd", "br", "\u0000\u0001"],
    ["gzip;q=1.0, br;q=0", "gzip", "\u0000\u0002"],
    ["deflate", null, "code()"],
    [undefined, null, "code()"],
  ])("for clients that accept %s, code is sent as %s", async (accepted, encoding, content) => {
    const headers = { ...ANONYMOUS.headers, "accept-encoding": accepted };
    const answer = await testApi({ files }).get("/assets/app-1a2b.js", { headers });
    expect([answer.headers.get("content-encoding"), answer.text]).toEqual([encoding, content]);
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("vary")).toBe("accept-encoding");
  });

  test("a file without a compressed variant is sent unchanged; each encoding has an entity tag of its own", async () => {
    const { get } = testApi({ files });
    const headers = { ...ANONYMOUS.headers, "accept-encoding": "br" };
    const font = await get("/assets/font.woff2", { headers });
    expect([font.status, font.headers.get("content-encoding")]).toEqual([200, null]);
    const plain = await get("/assets/app-1a2b.js", ANONYMOUS);
    const small = await get("/assets/app-1a2b.js", { headers });
    expect(small.headers.get("etag")).not.toBe(plain.headers.get("etag"));
    const again = { headers: { ...headers, "if-none-match": small.headers.get("etag")! } };
    expect((await get("/assets/app-1a2b.js", again)).status).toBe(304);
  });

  test("a file that the browser has cached is not sent again", async () => {
    const { get } = testApi({ files });
    const etag = (await get("/", ANONYMOUS)).headers.get("etag")!;
    const again = await get("/", { headers: { ...ANONYMOUS.headers, "if-none-match": etag } });
    expect([again.status, again.text]).toEqual([304, ""]);
    expect((await get("/", { headers: { ...ANONYMOUS.headers, "if-none-match": '"other"' } })).status).toBe(
      200,
    );
  });

  test.each([
    "/assets/none.js",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/%00.js",
  ])("%s is not found", async (path) => {
    const answer = await testApi({ files }).get(path, ANONYMOUS);
    expect(answer.text).not.toContain("not for you");
    expect(answer.status).toBe(404);
  });

  test("a path that cannot be decoded is not found", async () => {
    expect((await testApi({ files }).get("/%ff", ANONYMOUS)).status).toBeLessThan(500);
  });

  test("if no console was built, the page says what to do", async () => {
    const answer = await testApi().get("/", ANONYMOUS);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain("npm run build:console");
  });
});

describe("between API Gateway and the routes", () => {
  const event = (more: object) =>
    ({
      rawPath: "/",
      rawQueryString: "",
      headers: {},
      isBase64Encoded: false,
      requestContext: { domainName: "x.execute-api", http: { method: "GET" } },
      ...more,
    }) as Parameters<typeof requestOf>[0];

  test("a path arrives decoded, and is encoded again", () => {
    const { url } = requestOf(event({ rawPath: "/api/runs/a b?c#d/é[3]", rawQueryString: "at=1&x=%20" }));
    expect(url).toBe("https://x.execute-api/api/runs/a%20b%3Fc%23d/%C3%A9%5B3%5D?at=1&x=%20");
  });

  test("a body arrives as text or as base64", async () => {
    const context = { requestContext: { domainName: "x", http: { method: "POST" } } };
    const text = requestOf(event({ ...context, body: "é" }));
    expect(await text.text()).toBe("é");
    const bytes = requestOf(
      event({ ...context, body: Buffer.from("é").toString("base64"), isBase64Encoded: true }),
    );
    expect(await bytes.text()).toBe("é");
  });

  test("an answer that is too large for a function is refused in a sentence", async () => {
    const { statusCode, body } = await resultOf(new Response("x".repeat(5_000_000)));
    expect(statusCode).toBe(413);
    expect(JSON.parse(body!)).toMatchObject({ error: { code: "too-large" } });
  });

  test("text is sent as text, and everything else as base64", async () => {
    const text = await resultOf(
      new Response("é", { status: 201, headers: { "content-type": "text/event-stream" } }),
    );
    expect(text).toMatchObject({ statusCode: 201, body: "é", isBase64Encoded: false });
    const bytes = await resultOf(
      new Response(new Uint8Array([0, 255]), { headers: { "content-type": "font/woff2" } }),
    );
    expect(bytes).toMatchObject({ body: "AP8=", isBase64Encoded: true });
    const small = await resultOf(
      new Response(new Uint8Array([0, 255]), {
        headers: { "content-type": "text/css", "content-encoding": "br" },
      }),
    );
    expect(small).toMatchObject({ body: "AP8=", isBase64Encoded: true });
  });
});
