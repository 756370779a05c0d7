/**
 * What runs in a function's thread, before and around the handler, with the observable behaviour of
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client. It is plain JavaScript because stripping types
 * in each thread would double the time of a cold start.
 */
import { existsSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format, types } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { connectEndpoint } from "./endpoint.mjs";
import "./runtime-modules.mjs";

const { folder, handler: handlerPath, logFormat, callbacks, compiled, endpoint } = workerData;
const post = (message) => parentPort.postMessage(message);

/** Answers the invocation that is running. */
let settle = () => {};

class RuntimeError extends Error {
  constructor(type, message) {
    super(message);
    this.name = `Runtime.${type}`;
  }
}

const shape = (error) =>
  types.isNativeError(error) || error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

if (endpoint) connectEndpoint(endpoint);
routeOutput();
process.on("uncaughtException", (error) => {
  post({ kind: "lost", error: shape(error) });
  process.exit(129);
});
process.on("unhandledRejection", (reason) => {
  const error = new RuntimeError("UnhandledPromiseRejection", String(reason));
  if (reason instanceof Error) error.stack = `${error.name}: ${error.message}\n${reason.stack}`;
  post({ kind: "lost", error: shape(error) });
  process.exit(128);
});
// Nothing is left that could ever settle the handler's promise or call back.
process.on("beforeExit", () => settle());

enableCompileCache(compiled);
const handler = await load().catch((error) => post({ kind: "failure", error: shape(error) }));
if (handler) {
  parentPort.on("message", ({ event, context }) => invoke(handler, event, context));
  post({ kind: "ready" });
  flushCompileCache();
}

async function load() {
  const slash = handlerPath.lastIndexOf("/") + 1;
  const [, moduleName, exportName] = /^([^.]*)\.(.+)$/.exec(handlerPath.slice(slash)) ?? [];
  if (moduleName === undefined || handlerPath.includes("..")) {
    throw new RuntimeError(
      "MalformedHandlerName",
      `'${handlerPath}' is not a valid handler name. Use "file.export".`,
    );
  }
  const root = handlerPath.slice(0, slash) + moduleName;
  const file = ["", ".js", ".mjs", ".cjs"]
    .map((extension) => join(folder, root + extension))
    .find((path, position) => (position > 0 || /\.[cm]?js$/.test(path)) && existsSync(path));
  if (!file) {
    const message = `Error: Cannot find module '${moduleName}'\nRequire stack:\n- /var/runtime/index.mjs`;
    throw new RuntimeError("ImportModuleError", message);
  }
  const exported = await importFile(file);
  const found = select(exported, exportName) ?? select(exported.default, exportName);
  if (found === undefined) {
    throw new RuntimeError("HandlerNotFound", `${handlerPath} is undefined or not exported`);
  }
  if (typeof found !== "function")
    throw new RuntimeError("HandlerNotFound", `${handlerPath} is not a function`);
  if (!callbacks && found.length >= 3) {
    const message =
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Use an async handler.";
    throw new RuntimeError("CallbackHandlerDeprecated", message);
  }
  return found;
}

async function importFile(file) {
  try {
    return await import(pathToFileURL(file));
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError("UserCodeSyntaxError", String(error));
    if (error?.code === "MODULE_NOT_FOUND") throw new RuntimeError("ImportModuleError", String(error));
    throw error;
  }
}

function select(exported, path) {
  return path.split(".").reduce((value, name) => value?.[name], exported);
}

function invoke(handler, event, invocation) {
  process.env._X_AMZN_TRACE_ID = invocation.trace;
  let pending = { kind: "answer", payload: "null" };
  settle = () => {
    settle = () => {};
    parentPort.ref();
    post(pending);
  };
  const fail = (error) => {
    pending = { kind: "failure", error: shape(error) };
    settle();
  };
  const succeed = (value, wait = false) => {
    try {
      pending = { kind: "answer", payload: JSON.stringify(value === undefined ? null : value) ?? "null" };
    } catch {
      return fail(new RuntimeError("JSONStringifyError", "Unable to stringify response body"));
    }
    if (!wait) settle();
  };
  const context = contextOf(invocation);
  const callback = (error, value) => {
    if (error !== undefined && error !== null) fail(error);
    else succeed(value, context.callbackWaitsForEmptyEventLoop);
  };
  if (callbacks) {
    Object.assign(context, { done: callback, fail, succeed: (value) => succeed(value) });
  }
  // From here on only what the handler started keeps the thread alive; its end is noticed as `beforeExit`.
  parentPort.unref();
  try {
    const result = callbacks
      ? handler(JSON.parse(event), context, callback)
      : handler(JSON.parse(event), context);
    if (typeof result?.then === "function") result.then((value) => succeed(value), fail);
    else if (!callbacks) succeed(result);
  } catch (error) {
    fail(error);
  }
}

function contextOf(invocation) {
  const arrived = performance.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: invocation.functionVersion,
    functionName: invocation.functionName,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: invocation.logGroupName,
    logStreamName: invocation.logStreamName,
    clientContext: invocation.clientContext === undefined ? undefined : JSON.parse(invocation.clientContext),
    identity: undefined,
    invokedFunctionArn: invocation.invokedFunctionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.round(invocation.timeout - (performance.now() - arrived))),
  };
}

/** Posts output instead of writing it: in order with the answer, and complete even where the thread ends. */
function routeOutput() {
  const levels = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
  const text = logFormat === "JSON" ? members : (parts) => format(...parts);
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...parts) => post({ kind: "output", level, text: text(parts) });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, done) => {
      post({ kind: "output", text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString() });
      const written = typeof encoding === "function" ? encoding : done;
      if (written) queueMicrotask(written);
      return true;
    };
  }
}

/** The members of a JSON log line, without the braces. */
function members(parts) {
  if (parts.length === 1) {
    try {
      return JSON.stringify({ message: parts[0] }, (_key, value) =>
        value instanceof Error ? logged(value) : value,
      ).slice(1, -1);
    } catch {
      // Not serializable (a cycle, a bigint): logged as text.
    }
  }
  const error = parts.find((part) => part instanceof Error);
  return JSON.stringify({ message: format(...parts), ...(error && logged(error)) }).slice(1, -1);
}

function logged(error) {
  return {
    errorType: error.constructor?.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [],
  };
}
