import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BROWSER_FLAGS, installedBrowser } from "../console/chromium.ts";
import { presigned, startTarget, type Target } from "./cloud.ts";

/** What a web page can do to a running local cloud, in a real browser. Without one, these tests are skipped and say so. */

const NAME = "web pages and the local cloud";
if (installedBrowser === undefined) {
  console.warn(`Skipped: ${NAME}. No Chromium or Chrome was found; install one, or name it in CHROMIUM.`);
}

/** A name that its owner can point anywhere, this machine included. */
const REBOUND = "rebound.example";

/** The attacker's page is on another port of this machine: of the same site as the endpoint, or of another. */
const SITES = ["127.0.0.1", "localhost"];
const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

const PATIENCE = 15_000;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>';
const JSON_1_0 = "application/x-amz-json-1.0";

describe.skipIf(installedBrowser === undefined)(NAME, { timeout: 120_000 }, () => {
  let target: Target;
  let attacker: Server;
  let port: number;
  let browser: Browser;
  beforeAll(async () => {
    target = await startTarget();
    await target.put(
      "secret.js",
      "text/javascript",
      "globalThis.secret = 'leaked'; globalThis.postMessage?.('x')",
    );
    await target.put("dot.svg", "image/svg+xml", SVG);
    await target.put("note.txt", "text/plain", "a note");
    attacker = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>a page of a stranger</title><body></body>");
    });
    await new Promise<void>((listening) => attacker.listen(0, "127.0.0.1", listening));
    ({ port } = attacker.address() as AddressInfo);
    browser = await chromium.launch({
      executablePath: installedBrowser!,
      args: [...BROWSER_FLAGS, `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`],
    });
  });
  afterEach(async () => {
    const others = browser.contexts().filter((context) => context !== visiting?.context());
    await Promise.all(others.map((context) => context.close()));
    await target.reset();
  });
  afterAll(async () => {
    await browser?.close();
    attacker?.close();
    attacker?.closeAllConnections();
    await target?.cloud.close();
    expect(target?.reports).toEqual([]);
  });

  /** Opens a page in a context of its own. */
  const open = async (address: string): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.addInitScript({ path: join(import.meta.dirname, "page-actions.js") });
    await page.goto(address);
    return page;
  };
  /** One tab for all visits: an attacker's page has no state, and a new tab takes ten times as long as a visit. */
  let visiting: Page | undefined;
  const visitAttacker = async (site: string): Promise<Page> => {
    const address = `http://${site}:${port}/`;
    if (visiting) await visiting.goto(address);
    visiting ??= await open(address);
    return visiting;
  };

  /** Has the page do one of `page-actions.js`. */
  const act = (page: Page, action: string, ...given: unknown[]): Promise<unknown> =>
    page.evaluate(`attack.${action}(...${JSON.stringify(given)})`);

  /** Has the page leave for an address; the status of what the browser got there. */
  const leave = async (page: Page, url: string, action: string, ...given: unknown[]): Promise<number> => {
    const [response] = await Promise.all([
      page.waitForResponse((answered) => answered.url().startsWith(url)),
      // Before that, a visit of the next page would be interrupted.
      page.waitForEvent("framenavigated"),
      act(page, action, url, ...given).catch(() => undefined),
    ]);
    await page.waitForLoadState();
    return response.status();
  };

  const nothingHappened = async () => {
    expect(target.wasRun()).toBe(false);
    expect(await target.variables()).toEqual({});
    expect(await target.messages()).toEqual([]);
    expect(await target.keys()).not.toContain("evil.html");
  };

  describe.each(SITES)("a page on another port of %s", (site) => {
    test("runs no code by two navigations that set NODE_OPTIONS and invoke", async () => {
      const page = await visitAttacker(site);
      const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(target.code)}`;
      const update = { Action: "UpdateFunctionConfiguration", FunctionName: "victim" };
      const members = { ...update, "Environment.Variables.NODE_OPTIONS": NODE_OPTIONS };
      await leave(page, `${target.endpoint}/?${presigned("lambda", members)}`, "navigate");
      const next = await visitAttacker(site);
      const invoke = { Action: "Invoke", FunctionName: "victim" };
      await leave(next, `${target.endpoint}/?${presigned("lambda", invoke)}`, "navigate");
      await nothingHappened();
    });

    test("stores no object by a navigation", async () => {
      const page = await visitAttacker(site);
      const members = { Action: "PutObject", Bucket: "films", Key: "evil.html", ContentType: "text/html" };
      const url = `${target.endpoint}/?${presigned("s3", { ...members, Body: "<script></script>" })}`;
      await leave(page, url, "navigate");
      await nothingHappened();
    });

    test.each(FORMS)("reaches no service by a form of %s", async (enctype) => {
      const { endpoint } = target;
      const QueueUrl = `${endpoint}/000000000000/orders`;
      const send = { Action: "SendMessage", QueueUrl, MessageBody: "forged" };
      const posts: [string, Record<string, string>][] = [
        [`${endpoint}/`, { Action: "GetCallerIdentity", Version: "2011-06-15" }],
        [`${endpoint}/?${presigned("sqs")}`, send],
        [`${endpoint}/?${presigned("sqs", send)}`, { a: "b" }],
        [`${endpoint}/2015-03-31/functions/victim/invocations?${presigned("lambda")}`, { "{": "}" }],
        [`${endpoint}/films/evil.html?${presigned("s3")}&uploads`, { a: "b" }],
        [target.api, { a: "b" }],
        [target.functionUrl, { a: "b" }],
      ];
      for (const [url, fields] of posts) {
        const page = await visitAttacker(site);
        expect([url, await leave(page, url, "submit", enctype, fields)]).toEqual([url, 403]);
      }
      await nothingHappened();
    });

    test("reaches no service by fetch, with or without CORS", async () => {
      const page = await visitAttacker(site);
      const { endpoint } = target;
      const QueueUrl = `${endpoint}/000000000000/orders`;
      const body = JSON.stringify({ QueueUrl, MessageBody: "forged" });
      const simple = { method: "POST", headers: { "content-type": "text/plain" }, body };
      const simply = [
        endpoint,
        `${endpoint}/?${presigned("sqs", { Action: "SendMessage", QueueUrl, MessageBody: "forged" })}`,
        `${endpoint}/2015-03-31/functions/victim/invocations?${presigned("lambda")}`,
      ];
      for (const url of simply) {
        expect(await act(page, "request", url, { ...simple, mode: "no-cors" })).toBe("refused");
        expect(await act(page, "request", url, simple)).toBe("refused");
        await act(page, "request", url, { mode: "no-cors" });
      }
      const headers = { "x-amz-target": "AmazonSQS.SendMessage", "content-type": JSON_1_0 };
      expect(await act(page, "request", endpoint, { method: "POST", headers, body })).toBe("refused");
      const put = `${endpoint}/films/evil.html?${presigned("s3")}`;
      expect(await act(page, "request", put, { method: "PUT", body })).toBe("refused");
      await nothingHappened();
    });

    test("reads no object: not by fetch, nor as a script, an image, a frame or a worker", async () => {
      const url = `${target.endpoint}/films/secret.js`;
      const page = await visitAttacker(site);
      expect(await act(page, "request", url, {})).toBe("refused");
      expect(await act(page, "element", "script", url)).toBe("refused");
      expect(await page.evaluate("globalThis.secret")).toBeUndefined();
      expect(await act(page, "element", "img", `${target.endpoint}/films/dot.svg`)).toBe("refused");
      await act(page, "element", "iframe", url);
      expect(await page.evaluate("document.querySelector('iframe').contentDocument")).toBeNull();
      expect(await act(page, "worker", url)).toBe("refused");
    });

    test("opens no websocket", async () => {
      const page = await visitAttacker(site);
      for (const url of [target.endpoint, target.api, target.functionUrl]) {
        expect(await act(page, "socket", url.replace("http:", "ws:"))).toBe("refused");
      }
    });

    test("calls no API and no function URL that does not allow its origin", async () => {
      const page = await visitAttacker(site);
      for (const url of [target.api, target.functionUrl]) {
        for (const method of ["GET", "POST", "PUT"]) {
          expect([url, method, await act(page, "request", url, { method })]).toEqual([
            url,
            method,
            "refused",
          ]);
        }
        expect(await act(page, "element", "script", url)).toBe("refused");
      }
    });
  });

  test("a name that was rebound to this machine reaches nothing", async () => {
    const rebound = `http://${REBOUND}:${new URL(target.endpoint).port}`;
    const page = await visitAttacker("localhost");
    for (const path of ["/", "/films/note.txt", new URL(target.api).pathname]) {
      expect((await page.goto(rebound + path))!.status()).toBe(403);
    }
    expect(await act(page, "request", `${rebound}/films/note.txt`, {})).not.toContain("a note");
  });

  test.each([
    ["page.html", "text/html"],
    ["page.xhtml", "application/xhtml+xml"],
    ["page.svg", "image/svg+xml"],
    ["page.bin", undefined],
  ])(
    "a stored %s runs without the console's origin: it reads no token and calls no service",
    async (key, type) => {
      const script = `
      const found = (text) => fetch("/films/found-" + text);
      try { found(sessionStorage.getItem("token")); } catch {}
      const headers = { "x-amz-target": "AmazonSQS.SendMessage", "content-type": "${JSON_1_0}" };
      const body = JSON.stringify({ QueueUrl: "${target.endpoint}/000000000000/orders", MessageBody: "forged" });
      fetch("/", { method: "POST", headers, body });
      fetch("/films/evil.html", { method: "PUT", body });
      navigator.serviceWorker?.register("/films/secret.js").then(() => found("worker"), () => {});`;
      const shapes: Record<string, string> = {
        "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"><script><![CDATA[${script}]]></script></svg>`,
        "application/xhtml+xml": `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><script><![CDATA[${script}]]></script></body></html>`,
      };
      await target.put(key, type, shapes[type ?? ""] ?? `<!doctype html><script>${script}</script>`);
      const page = await open(`${target.api}/#token=s3cret`);
      expect(await page.title()).toBe("console s3cret");
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      // What is no document is offered to be saved.
      const left = await page.goto(`${target.endpoint}/films/${key}`).catch(() => undefined);
      if (left) {
        expect(await page.evaluate("self.origin")).toBe("null");
        expect(
          await page.evaluate(
            "(() => { try { return sessionStorage.getItem('token') } catch { return 'kept from it' } })()",
          ),
        ).toBe("kept from it");
      }
      expect(asked.filter((url) => url.includes("found"))).toEqual([]);
      await nothingHappened();
      await page.goto(`${target.api}/`);
      expect(await page.title()).toBe("console s3cret");
    },
  );

  test("a page of an app's own API calls no service of the endpoint, though it is of the same origin", async () => {
    const page = await open(`${target.api}/`);
    const { endpoint } = target;
    const refusal = /^read .*browser/s;
    const headers = { "x-amz-target": "AmazonSQS.ListQueues", "content-type": JSON_1_0 };
    expect(await act(page, "request", endpoint, { method: "POST", headers, body: "{}" })).toMatch(refusal);
    const authorization = "AWS4-HMAC-SHA256 Credential=page/20260101/us-east-1/lambda/aws4_request";
    const functions = `${endpoint}/2015-03-31/functions`;
    expect(await act(page, "request", functions, { headers: { authorization } })).toMatch(refusal);
    const put = `${endpoint}/films/evil.html?${presigned("s3")}`;
    expect(await act(page, "request", put, { method: "PUT", body: "x" })).toMatch(refusal);
    expect(await act(page, "request", `${endpoint}/films`, {})).toMatch(refusal);
    await nothingHappened();
  });

  test("a person opens the console, objects and function URLs, and the console shows pictures", async () => {
    const page = await open(`${target.api}/#token=abc`);
    expect(await page.title()).toBe("console abc");
    const picture = `${target.endpoint}/films/dot.svg?${presigned("s3")}`;
    expect(await act(page, "element", "img", picture)).toBe(7);
    expect(await (await page.goto(`${target.endpoint}/films/note.txt`))!.text()).toBe("a note");
    expect(await (await page.goto(target.functionUrl))!.text()).toBe("ran");
    const chat = await visitAttacker("localhost");
    expect(await leave(chat, `${target.endpoint}/films/note.txt`, "navigate")).toBe(200);
    expect(await chat.textContent("body")).toBe("a note");
  });
});
