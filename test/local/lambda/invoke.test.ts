import { expect, test } from "vitest";
import { accessKeyOfRole, roleOfAccessKey } from "../../../local/lambda/roles.ts";
import { cloud, gate, outcome } from "./cloud.ts";

test("a function answers what its handler returns, and null for nothing", async () => {
  const { define, invoke } = cloud();
  define("double", ({ value }) => value * 2);
  define("silent", () => undefined);
  expect(await invoke("double", { value: 21 })).toEqual({
    StatusCode: 200,
    Payload: 42,
    ExecutedVersion: "$LATEST",
  });
  expect((await invoke("silent")).Payload).toBeNull();
});

test("a name, a partial ARN and an ARN mean the same function", async () => {
  const { define, invoke } = cloud();
  define("greet", (_event, context) => context.invokedFunctionArn);
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:greet";
  for (const name of ["greet", "function:greet", "000000000000:function:greet", arn]) {
    expect((await invoke(name)).Payload).toBe(arn);
  }
  await expect(invoke("unknown")).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    status: 404,
    message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:unknown:$LATEST",
  });
});

test("an error that the handler throws is the payload, and the environment continues", async () => {
  const { define, invoke, started } = cloud();
  define("fail", () => {
    throw new TypeError("no scene");
  });
  for (let time = 0; time < 2; time++) {
    expect(await invoke("fail")).toMatchObject({
      StatusCode: 200,
      FunctionError: "Unhandled",
      Payload: { errorType: "TypeError", errorMessage: "no scene", trace: [] },
    });
  }
  expect(started).toEqual(["fail"]);
});

test("a timeout ends the invocation and its environment", async () => {
  const { define, call, clock, started, settle } = cloud();
  const hanging = gate();
  define("slow", () => hanging.promise, { Timeout: 7 });
  const answer = call("Invoke", { FunctionName: "slow" });
  await settle();
  clock.advanceTo(clock.now() + 7000);
  clock.advanceTo(clock.now() + 7000);
  const { FunctionError, Payload } = await answer;
  expect(FunctionError).toBe("Unhandled");
  expect(JSON.parse(Payload)).toEqual({
    errorType: "Sandbox.Timedout",
    errorMessage: expect.stringMatching(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 7.00 seconds$/,
    ),
  });
  define("slow", () => "quick", { Timeout: 7 });
  await call("Invoke", { FunctionName: "slow" });
  expect(started).toEqual(["slow", "slow"]);
});

test("an exit of the runtime carries the request's id, and the next invocation starts again", async () => {
  const { define, invoke, started } = cloud();
  define("dies", () =>
    outcome({
      kind: "exit",
      errorType: "Runtime.ExitError",
      reason: "Runtime exited with error: exit status 3",
    }),
  );
  const { Payload } = await invoke("dies");
  expect(Payload.errorType).toBe("Runtime.ExitError");
  expect(Payload.errorMessage).toMatch(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/);
  await invoke("dies");
  expect(started).toHaveLength(2);
});

test("one invocation at a time in an environment; a warm one is reused; a long idle one is dropped", async () => {
  const { define, invoke, started, settle, pass } = cloud();
  const first = gate();
  define("work", ({ wait }) => (wait ? first.promise : "done"));
  const waiting = invoke("work", { wait: true });
  await settle();
  await invoke("work");
  expect(started).toHaveLength(2);
  first.resolve();
  await waiting;
  await Promise.all([invoke("work"), invoke("work")]);
  expect(started).toHaveLength(2);
  await pass(11 * 60);
  await invoke("work");
  expect(started).toHaveLength(3);
});

test("beyond the limit invocations wait, and an idle environment makes room for a function that has none", async () => {
  const { define, invoke, started, settle } = cloud({ environments: 2 });
  const doors = [gate(), gate()];
  define("a", ({ door }) => doors[door]?.promise);
  define("b", () => "b");
  const running = [invoke("a", { door: 0 }), invoke("a", { door: 1 })];
  const third = invoke("a");
  const other = invoke("b");
  await settle();
  expect(started).toEqual(["a", "a"]);
  doors[0]!.resolve();
  expect((await other).Payload).toBe("b");
  expect(started).toEqual(["a", "a", "b"]);
  doors[1]!.resolve();
  await Promise.all([...running, third]);
});

test("if a start takes time, another one begins only for an invocation that waited as long", async () => {
  const { define, invoke, started, settle, pass } = cloud({ starts: { startTime: 100 } });
  const doors = [gate(), gate()];
  define("work", ({ door }) => doors[door]?.promise);
  const running = [invoke("work", { door: 0 }), invoke("work", { door: 1 })];
  await settle();
  expect(started).toHaveLength(1);
  doors[0]!.resolve();
  await running[0];
  await settle();
  expect(started).toHaveLength(1);
  const third = invoke("work");
  await pass(0.1);
  await third;
  expect(started).toHaveLength(2);
  doors[1]!.resolve();
  await running[1];
});

test("if the processors are busy, messages wait for warm environments, but not for long", async () => {
  const { define, invoke, started, pass } = cloud({ starts: { startTime: 100, hasRoom: () => false } });
  const open = gate();
  define("work", ({ wait }) => (wait ? open.promise : "done"));
  const running = invoke("work", { wait: true });
  await invoke("work", {}, { InvocationType: "Event" });
  await pass(0.9);
  expect(started).toHaveLength(1);
  await pass(0.2);
  expect(started).toHaveLength(2);
  open.resolve();
  await running;
});

test("if the processors are busy, a caller does not wait for a slow invocation: the console's long polls", async () => {
  const { define, invoke, started, pass } = cloud({ starts: { startTime: 100, hasRoom: () => false } });
  const open = gate();
  define("work", ({ wait }) => (wait ? open.promise : "done"));
  const running = invoke("work", { wait: true });
  const second = invoke("work");
  await pass(0.19);
  expect(started).toHaveLength(1);
  await pass(0.02);
  await second;
  expect(started).toHaveLength(2);
  open.resolve();
  await running;
});

test("if a processor is idle, another environment starts after about the time of a start", async () => {
  const { define, invoke, started, pass } = cloud({ starts: { startTime: 100, hasRoom: () => true } });
  const open = gate();
  define("work", ({ wait }) => (wait ? open.promise : "done"));
  const running = invoke("work", { wait: true });
  const second = invoke("work");
  await pass(0.2);
  await second;
  expect(started).toHaveLength(2);
  open.resolve();
  await running;
});

test("if starts take long on a slow machine, invocations wait correspondingly longer for warm environments", async () => {
  const starts = { startTime: 100, takes: 500, hasRoom: () => false };
  const { define, invoke, started, pass } = cloud({ starts });
  const open = gate();
  define("work", ({ wait }) => (wait ? open.promise : "done"), { Timeout: 60 });
  const running = invoke("work", { wait: true });
  const second = invoke("work");
  await pass(1.4);
  expect(started).toHaveLength(1);
  await pass(0.7);
  await second;
  expect(started).toHaveLength(2);
  open.resolve();
  await running;
});

test("a further environment does not start while the first one loads its code, which may be enough", async () => {
  const starts = { startTime: 100, takes: 500, hasRoom: () => true };
  const { define, invoke, started, pass } = cloud({ starts });
  define("work", () => "done");
  const running = [invoke("work"), invoke("work"), invoke("work")];
  await pass(0.6);
  await Promise.all(running);
  expect(started).toHaveLength(1);
});

test("a first start that takes long on a busy machine is waited for: more starts would not be faster", async () => {
  const starts = { startTime: 100, takes: 3000, hasRoom: () => false };
  const { define, invoke, started, pass } = cloud({ starts });
  define("work", () => "done");
  const running = [invoke("work"), invoke("work"), invoke("work")];
  await pass(3.1);
  await Promise.all(running);
  expect(started).toHaveLength(1);
});

test("free capacity is checked from the beginning of a wait on", async () => {
  let asked = 0;
  const hasRoom = () => asked++ > 0;
  const { define, invoke, started, pass } = cloud({ starts: { startTime: 100, hasRoom } });
  const open = gate();
  define("work", ({ wait }) => (wait ? open.promise : "done"));
  const running = invoke("work", { wait: true });
  const second = invoke("work");
  await pass(0.1);
  await second;
  expect(started).toHaveLength(2);
  open.resolve();
  await running;
});

test("a moving queue starts no further environment, whatever its length", async () => {
  const { define, invoke, started, pass } = cloud({ starts: { startTime: 100, hasRoom: () => true } });
  const doors = Array.from({ length: 6 }, gate);
  define("work", ({ door }) => doors[door]!.promise);
  const running = doors.map((_, door) => invoke("work", { door }));
  for (const { resolve } of doors) {
    await pass(0.09);
    resolve();
  }
  await pass(0.01);
  await Promise.all(running);
  expect(started).toHaveLength(1);
});

test("reserved concurrency throttles, and zero disables the function", async () => {
  const { define, invoke, call, settle } = cloud();
  const open = gate();
  define("narrow", () => open.promise);
  await call("PutFunctionConcurrency", { FunctionName: "narrow", ReservedConcurrentExecutions: 1 });
  const running = invoke("narrow");
  await settle();
  await expect(invoke("narrow")).rejects.toMatchObject({
    code: "TooManyRequestsException",
    status: 429,
    details: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded" },
  });
  open.resolve();
  await running;
  expect((await invoke("narrow")).StatusCode).toBe(200);
  await call("PutFunctionConcurrency", { FunctionName: "narrow", ReservedConcurrentExecutions: 0 });
  await expect(invoke("narrow")).rejects.toMatchObject({ code: "TooManyRequestsException" });
});

test("payloads that are too large or no JSON are refused, answers that are too large are errors", async () => {
  const { define, call, invoke } = cloud();
  define("echo", ({ size }) => "x".repeat(size));
  const send = (Payload: string | Buffer, InvocationType = "RequestResponse") =>
    call("Invoke", { FunctionName: "echo", Payload, InvocationType });
  for (const Payload of ["{", Buffer.from([0x22, 0x87, 0x22])]) {
    await expect(send(Payload)).rejects.toMatchObject({
      code: "InvalidRequestContentException",
      message: expect.stringMatching(
        /^Could not parse request body into json: Could not parse payload into json: /,
      ),
    });
  }
  await expect(send(JSON.stringify("x".repeat(6 << 20)))).rejects.toMatchObject({ status: 413 });
  await expect(send(JSON.stringify("x".repeat(1 << 20)), "Event")).rejects.toMatchObject({ status: 413 });
  expect((await invoke("echo", { size: 7 << 20 })).Payload.errorType).toBe("Function.ResponseSizeTooLarge");
});

test("a changed environment replaces the warm environments, an unchanged one does not", async () => {
  const { define, invoke, call, started } = cloud();
  define("app", () => 1);
  await invoke("app");
  define("app", () => 1);
  await invoke("app");
  expect(started).toHaveLength(1);
  await call("UpdateFunctionConfiguration", {
    FunctionName: "app",
    Environment: { Variables: { MODE: "b" } },
  });
  await invoke("app");
  expect(started).toHaveLength(2);
  expect((await call("GetFunctionConfiguration", { FunctionName: "app" })).Environment).toEqual({
    Variables: { MODE: "b" },
  });
});

test("an alias runs the version that it points to, whatever $LATEST is", async () => {
  const { define, invoke, call } = cloud();
  define("app", (_event, { functionVersion, invokedFunctionArn }) => [
    functionVersion,
    invokedFunctionArn.split(":").at(-1),
  ]);
  const { Version } = await call("PublishVersion", { FunctionName: "app" });
  await call("CreateAlias", { FunctionName: "app", Name: "live", FunctionVersion: Version });
  expect(await invoke("app:live")).toMatchObject({ ExecutedVersion: "1", Payload: ["1", "live"] });
  expect((await invoke("app")).Payload).toEqual(["$LATEST", "app"]);
  expect((await call("PublishVersion", { FunctionName: "app" })).Version).toBe("1");
});

test("LogType Tail answers the end of the log", async () => {
  const { define, call } = cloud();
  define("app", () => 1);
  const { LogResult } = await call("Invoke", { FunctionName: "app", LogType: "Tail" });
  const log = Buffer.from(LogResult, "base64").toString();
  expect(log).toMatch(/^START RequestId: \S+ Version: \$LATEST\nEND RequestId: \S+\nREPORT RequestId: /);
});

test("the log says how an invocation failed: in the code, by its time, or with its environment", async () => {
  const { define, call, clock, settle } = cloud();
  const logOf = async (FunctionName: string) => {
    const { LogResult } = await call("Invoke", { FunctionName, LogType: "Tail" });
    return Buffer.from(LogResult, "base64").toString().split("\n").slice(1, -3);
  };
  define("throws", () => {
    throw new TypeError("no scene");
  });
  expect(await logOf("throws")).toEqual([
    expect.stringMatching(
      /^\S+\t\S+\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"no scene","stack":\[\]\}$/,
    ),
  ]);
  define("dies", () => outcome({ kind: "exit", errorType: "Runtime.ExitError", reason: "Runtime exited" }));
  expect(await logOf("dies")).toEqual([
    expect.stringMatching(/^RequestId: \S+ Error: Runtime exited$/),
    "Runtime.ExitError",
  ]);
  define("slow", () => gate().promise, { Timeout: 7 });
  const log = logOf("slow");
  await settle();
  clock.advanceTo(clock.now() + 7000);
  clock.advanceTo(clock.now() + 7000);
  expect(await log).toEqual([expect.stringMatching(/^\S+Z \S+ Task timed out after 7.00 seconds$/)]);
});

test("an access key names the role for which it was made, and a person's key names none", () => {
  for (const name of ["worker", "service-role/App-Worker_Role+x=1,@.y"]) {
    const key = accessKeyOfRole(`arn:aws:iam::000000000000:role/${name}`);
    expect(key).toMatch(/^[A-Z0-9]+$/);
    expect(roleOfAccessKey(key, "000000000000")).toBe(`arn:aws:iam::000000000000:role/${name}`);
  }
  expect(roleOfAccessKey("AKIAIOSFODNN7EXAMPLE", "000000000000")).toBeUndefined();
});

test.each([
  ["Runtime", { Runtime: "python3.13" }],
  ["Layers", { Layers: ["arn:aws:lambda:us-east-1:000000000000:layer:x:1"] }],
  ["VpcConfig", { VpcConfig: { SubnetIds: ["subnet-1"] } }],
  ["Timeout", { Timeout: 901 }],
  ["AWS_REGION", { Environment: { Variables: { AWS_REGION: "x" } } }],
])("unsupported settings are refused by name: %s", (name, parameters) => {
  const { define } = cloud();
  expect(() => define("app", () => 1, parameters)).toThrow(new RegExp(name, "i"));
});
