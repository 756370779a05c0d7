import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import type { HttpRequest, HttpResponse } from "../../../local/kernel/service.ts";
import { Store } from "../../../local/kernel/store.ts";
import { accessKeyOfRole, roleOfAccessKey } from "../../../local/lambda/roles.ts";
import type { Environment } from "../../../local/lambda/runner.ts";
import { threadRunner } from "../../../local/lambda/thread/runner.ts";
import { answerOn } from "../../../local/wire/port.ts";

/** No server listens there: requests over the network fail. */
const ORIGIN = "http://127.0.0.1:9";
/** Where it listened at an earlier start. */
const FORMER = "http://127.0.0.1:8";
const ROLE = "arn:aws:iam::000000000000:role/worker";

const folder = mkdtempSync(join(tmpdir(), "functions-"));
const running: Environment[] = [];
const stores: Store[] = [];
afterAll(async () => {
  await Promise.all(running.map((environment) => environment.stop()));
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true });
});
let count = 0;

/** A thread on the body of a handler, before an endpoint whose S3 answers with `serve`. */
async function start(
  body: string,
  serve: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
  store = Store.open(":memory:"),
) {
  const kernel = new Kernel({
    clock: virtualClock(0),
    random: seededRandom(1),
    store,
    endpoint: ORIGIN,
    report: () => {},
  });
  kernel.register({ name: "s3", operations: {}, http: async (request) => serve(request) });
  const callerOf = (key: string) => roleOfAccessKey(key, kernel.account);
  const name = `f${count++}`;
  writeFileSync(
    join(folder, `${name}.mjs`),
    `import http from "node:http";
     import { createRequire, syncBuiltinESMExports } from "node:module";
     const read = async (response) => ({ status: response.statusCode, headers: response.headers, body: Buffer.concat(await response.toArray()).toString("latin1") });
     const fs = createRequire(import.meta.url)("node:fs");
     const syncWith = (sync) => { const { fdatasyncSync } = fs; fs.fdatasyncSync = (file) => sync(() => fdatasyncSync(file)); syncBuiltinESMExports(); };
     const ask = (...given) => new Promise((resolve, reject) => {
       const body = typeof given.at(-1) === "object" && !(given.at(-1) instanceof URL) && given.at(-1).body;
       http.request(...given, (response) => resolve(read(response))).on("error", reject).end(body || undefined);
     });
     export const handler = async (event) => { ${body} };`,
  );
  const environment = threadRunner({
    origin: ORIGIN,
    former: [FORMER],
    alias: "responses.localhost",
    connect: (port) => answerOn(port, { kernel, callerOf, host: "127.0.0.1" }),
  }).start(
    {
      name,
      folder,
      handler: `${name}.handler`,
      memory: 64,
      logFormat: "Text",
      callbacks: false,
      variables: {
        AWS_ENDPOINT_URL: ORIGIN,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: accessKeyOfRole(ROLE),
        AWS_SECRET_ACCESS_KEY: "local",
      },
    },
    () => {},
  );
  running.push(environment);
  expect(await environment.ready).toBeUndefined();
  const invoke = async (event: unknown = {}) => {
    const outcome = await environment.invoke(JSON.stringify(event), {
      requestId: "r",
      timeout: 3000,
      functionName: "app",
      functionVersion: "$LATEST",
      trace: "",
      invokedFunctionArn: "arn",
      logGroupName: "group",
      logStreamName: "stream",
    });
    return outcome.kind === "answer" ? JSON.parse(outcome.payload) : outcome;
  };
  return { environment, invoke };
}

const echo = ({ method, path, query, headers, body }: HttpRequest): HttpResponse => ({
  status: 201,
  headers: { "X-Seen": `${method} ${path}?${query} ${headers["x-sent"]} ${headers["content-length"]}` },
  body: Uint8Array.from(body).reverse(),
});

test("text and bytes are sent to the endpoint and back without the network", async () => {
  const { invoke } = await start(
    `const options = { host: "127.0.0.1", port: 9, method: "POST", path: "/b/k?a=1&b", headers: { "X-Sent": ["1", "2"], "X-Amz-Date": "now",
       Authorization: "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request" } };
     return Promise.all([{ ...options, body: "äb" }, { ...options, body: Buffer.from([0, 255]) }].map((one) => ask(one)));`,
    echo,
  );
  const seen = (length: number) => `POST /b/k?a=1&b= 1, 2 ${length}`;
  expect(await invoke()).toEqual([
    {
      status: 201,
      headers: expect.objectContaining({ "x-seen": seen(3), "x-amzn-requestid": expect.any(String) }),
      body: "b\xa4\xc3",
    },
    {
      status: 201,
      headers: expect.objectContaining({ "x-seen": seen(2), "x-amzn-requestid": expect.any(String) }),
      body: "\xff\x00",
    },
  ]);
});

test("an AWS call to the address of an earlier start is sent to this one; any other request is not", async () => {
  const { invoke } = await start(
    `const signed = { Authorization: "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request" };
     const calls = [signed, {}].map((headers) => ask("${FORMER}/b/k", { headers }));
     return (await Promise.allSettled(calls)).map(({ value, reason }) => value?.status ?? reason.code);`,
    echo,
  );
  expect(await invoke()).toEqual([201, "ECONNREFUSED"]);
});

test("requests in pieces, by address and by get arrive whole; answers without content stay without", async () => {
  const { invoke } = await start(
    `const pieces = new Promise((resolve) => {
       const request = http.request("${ORIGIN}/b/k", { method: "PUT", headers: { authorization: "AWS4-HMAC-SHA256 Credential=k/1/r/s3/aws4_request" } });
       request.on("response", (response) => resolve(read(response)));
       request.write("one ");
       request.write(Buffer.from("two "));
       request.end("dGhyZWU=", "base64");
     });
     const got = new Promise((resolve) => http.get(new URL("${ORIGIN}/b/k"), (response) => resolve(read(response))));
     const head = ask("${ORIGIN}/b/k", { method: "HEAD" });
     return (await Promise.all([pieces, got, head])).map(({ body }) => body);`,
    ({ method, body }) => ({ status: 200, headers: {}, body: `${method} ${body}` }),
  );
  expect(await invoke()).toEqual(["PUT one two three", "GET ", ""]);
});

test("an SDK client of the installation is answered, large bodies included, as the function's role", async () => {
  const callers = new Set<string>();
  const { invoke } = await start(
    `const { S3Client, PutObjectCommand, GetObjectCommand } = await import("@aws-sdk/client-s3");
     const s3 = new S3Client({ forcePathStyle: true });
     await s3.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: Buffer.alloc(3e6, "x") }));
     const { Body } = await s3.send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
     return (await Body.transformToByteArray()).length;`,
    ({ method, body, caller }) => {
      callers.add(caller);
      if (method === "PUT" && body.length < 3e6) throw new Error(`Only ${body.length} bytes came.`);
      return { status: 200, headers: { etag: '"e"' }, body: method === "GET" ? new Uint8Array(3e6) : "" };
    },
  );
  expect(await invoke()).toBe(3e6);
  expect(callers).toEqual(new Set([ROLE]));
});

test("another port is another server", async () => {
  const { invoke } = await start(`return ask("http://127.0.0.1:10/b").catch(({ code }) => code);`, echo);
  expect(await invoke()).toBe("ECONNREFUSED");
});

test("an open request keeps the handler waiting; destroying it disconnects", async () => {
  const door = Promise.withResolvers<HttpResponse>();
  const hungUp = Promise.withResolvers<void>();
  const { invoke } = await start(
    `if (event.wait) return (await ask("${ORIGIN}/wait")).body;
     const request = http.get("${ORIGIN}/leave");
     request.setTimeout(1, () => request.destroy());
     return new Promise((resolve) => request.on("error", ({ code }) => resolve(code)));`,
    ({ path, signal }) => {
      if (path === "/wait") return door.promise;
      signal!.addEventListener("abort", () => hungUp.resolve());
      return new Promise(() => {});
    },
  );
  expect(await invoke()).toBe("ECONNRESET");
  await hungUp.promise;
  const waiting = invoke({ wait: true });
  door.resolve({ status: 200, headers: {}, body: "through" });
  expect(await waiting).toBe("through");
});

test("a thread that ends disconnects", async () => {
  const asked = Promise.withResolvers<void>();
  const hungUp = Promise.withResolvers<void>();
  const { invoke, environment } = await start(`return ask("${ORIGIN}/wait");`, ({ signal }) => {
    signal!.addEventListener("abort", () => hungUp.resolve());
    asked.resolve();
    return new Promise(() => {});
  });
  void invoke();
  await asked.promise;
  environment.stop();
  await hungUp.promise;
});

test("a body that is too large is refused", async () => {
  const { invoke } = await start(
    `const headers = { "x-amz-target": "AmazonSQS.SendMessage" };
     return (await ask({ host: "127.0.0.1", port: 9, method: "POST", headers, body: "x".repeat(17 * 2 ** 20) })).status;`,
    echo,
  );
  expect(await invoke()).toBe(413);
});

/** A store on disk, and an S3 whose every request writes to it. */
function written() {
  const store = Store.open(join(mkdtempSync(join(folder, "data-")), "cloud.sqlite"));
  stores.push(store);
  store.define("CREATE TABLE things (name TEXT)");
  const serve = ({ path }: HttpRequest): HttpResponse => {
    store.run("INSERT INTO things VALUES (?)", path);
    return { status: 200, headers: {}, body: "" };
  };
  return { store, serve };
}

test("what a request has written is on disk before the code gets the answer: its own thread syncs it", async () => {
  const { store, serve } = written();
  const { invoke } = await start(
    `const seen = [];
     syncWith((sync) => { seen.push("sync"); sync(); });
     await ask("${ORIGIN}/a");
     seen.push("answer");
     await ask("${ORIGIN}/b");
     return seen;`,
    serve,
    store,
  );
  expect(await invoke()).toEqual(["sync", "answer", "sync"]);
  expect(store.all("SELECT name FROM things")).toHaveLength(2);
});

test("the answers to the calls of one moment share a sync", async () => {
  const { store, serve } = written();
  const { invoke } = await start(
    `const seen = [];
     syncWith((sync) => { seen.push("sync"); sync(); });
     await Promise.all(["a", "b"].map((path) => ask("${ORIGIN}/" + path).then(() => seen.push("answer"))));
     return seen;`,
    serve,
    store,
  );
  expect(await invoke()).toEqual(["sync", "answer", "answer"]);
});

test("if the disk refuses a sync, no call that shares it has an answer", async () => {
  const { store, serve } = written();
  const { invoke } = await start(
    `syncWith(() => { throw new Error("no space left"); });
     const status = (path) => ask("${ORIGIN}/" + path).then(({ status }) => status, ({ code }) => code);
     return await Promise.all(["a", "b"].map(status));`,
    serve,
    store,
  );
  expect(await invoke()).toEqual(["ECONNRESET", "ECONNRESET"]);
});

test("others do not wait for the sync of a thread that is busy", async () => {
  const { store, serve } = written();
  const path = join(folder, "others-were-answered");
  const { invoke } = await start(
    `syncWith((sync) => { while (!fs.existsSync(${JSON.stringify(path)})); sync(); });
     return (await ask("${ORIGIN}/a")).status;`,
    serve,
    store,
  );
  const answered = invoke();
  while (store.all("SELECT name FROM things").length === 0) await turn();
  store.run("INSERT INTO things VALUES ('b')");
  await store.flushed();
  writeFileSync(path, "");
  expect(await answered).toBe(200);
});

test("if the disk refuses the sync of a thread, its request has no answer and nothing more is written", async () => {
  const { store, serve } = written();
  const { invoke } = await start(
    `syncWith(() => { throw new Error("no space left"); });
     const status = () => ask("${ORIGIN}/a").then(({ status }) => status, ({ code }) => code);
     return [await status(), await status()];`,
    serve,
    store,
  );
  expect(await invoke()).toEqual(["ECONNRESET", 500]);
  expect(() => store.run("INSERT INTO things VALUES ('b')")).toThrow(/could not be written: no space left/);
});
