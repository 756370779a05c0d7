import { TEMPLATE_LIMITS } from "../../aws-limits/template-limits.ts";
import { invalidParameter } from "./errors.ts";

/** A version's configuration, with the API's names. */
export interface Settings {
  Runtime: string;
  Handler: string;
  Role: string;
  Description: string;
  /** Seconds. */
  Timeout: number;
  /** MB. */
  MemorySize: number;
  Architectures: string[];
  EphemeralStorage: { Size: number };
  TracingConfig: { Mode: string };
  LoggingConfig: {
    LogFormat: "Text" | "JSON";
    LogGroup?: string;
    ApplicationLogLevel?: string;
    SystemLogLevel?: string;
  };
  Environment: Record<string, string>;
  DeadLetterArn?: string;
}

const DEFAULTS = { Description: "", Timeout: 3, MemorySize: 128, Environment: {} };

/**
 * Parameters of CreateFunction and UpdateFunctionConfiguration (and so of the resource) that are part of the
 * settings.
 */
const SERVED = new Set([
  "Runtime",
  "Handler",
  "Role",
  "Description",
  "Timeout",
  "MemorySize",
  "Architectures",
  "EphemeralStorage",
  "TracingConfig",
  "LoggingConfig",
  "Environment",
  "DeadLetterConfig",
]);
/** Parameters with the value for "not used". */
const UNUSED: Record<string, (value: any) => boolean> = {
  Layers: (layers) => layers.length === 0,
  VpcConfig: ({ SubnetIds = [], SecurityGroupIds = [] }) => SubnetIds.length + SecurityGroupIds.length === 0,
  FileSystemConfigs: (systems) => systems.length === 0,
  PackageType: (type) => type === "Zip",
  SnapStart: ({ ApplyOn }) => ApplyOn === "None",
  KMSKeyArn: () => true,
  Publish: (publish) => publish === false,
};
const RUNTIME = /^nodejs(\d+)\.x$/;
const OLDEST_RUNTIME = 18;

/**
 * Settings from parameters, on top of earlier ones. Throws for what the local cloud does not serve, by name.
 */
export function readSettings(parameters: Record<string, any>, earlier: Partial<Settings> = {}): Settings {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  for (const [name, value] of given) {
    if (!SERVED.has(name) && !UNUSED[name]?.(value)) throw invalidParameter(unservedFeature(name));
  }
  const { Environment, DeadLetterConfig, LoggingConfig, ...rest } = Object.fromEntries(
    given.filter(([name]) => SERVED.has(name)),
  );
  const settings: Settings = {
    ...DEFAULTS,
    Architectures: ["x86_64"],
    EphemeralStorage: { Size: 512 },
    TracingConfig: { Mode: "PassThrough" },
    LoggingConfig: { LogFormat: "Text" },
    ...earlier,
    ...(rest as Partial<Settings>),
    ...(LoggingConfig && { LoggingConfig: { LogFormat: "Text", ...LoggingConfig } }),
    ...(Environment && { Environment: variables(Environment.Variables ?? {}) }),
    // An empty ARN removes the target, a missing one leaves it unchanged.
    ...(DeadLetterConfig?.TargetArn != null && { DeadLetterArn: DeadLetterConfig.TargetArn || undefined }),
  } as Settings;
  settings.Timeout = Number(settings.Timeout);
  settings.MemorySize = Number(settings.MemorySize);
  check(settings);
  return settings;
}

/** Why a function cannot be served, from those of its settings that are literal. */
export function unservedSettings({ Runtime, ...others }: Record<string, any>): string[] {
  const features = Object.entries(others)
    .filter(([name, value]) => Object.hasOwn(UNUSED, name) && !UNUSED[name]!(value))
    .map(([name]) => unservedFeature(name));
  return typeof Runtime !== "string" || isServed(Runtime)
    ? features
    : [unservedRuntime(Runtime), ...features];
}

const unservedFeature = (name: string) => `The local cloud does not serve ${name} of a function.`;

const unservedRuntime = (runtime: string | undefined) =>
  `The local cloud runs Node.js functions (nodejs${OLDEST_RUNTIME}.x and newer); the runtime is ${runtime ?? "not given"}.`;

const isServed = (runtime: string | undefined) => Number(RUNTIME.exec(runtime ?? "")?.[1]) >= OLDEST_RUNTIME;

/** Whether the runtime still supports handlers with a callback: Node.js 24 was the first without. */
export function takesCallbacks({ Runtime }: Settings): boolean {
  return Number(RUNTIME.exec(Runtime)?.[1]) < 24;
}

function check({ Runtime, Handler, Role, Timeout, MemorySize, DeadLetterArn }: Settings): void {
  if (!isServed(Runtime)) throw invalidParameter(unservedRuntime(Runtime));
  if (!Handler) throw invalidParameter("A function needs a Handler.");
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(Role ?? "")) {
    throw invalidParameter(`A function's Role must be the ARN of a role; it is ${Role ?? "not given"}.`);
  }
  range("Timeout", Timeout, 1, 900);
  range("MemorySize", MemorySize, 128, 10_240);
  if (DeadLetterArn !== undefined && !/^arn:aws[a-z-]*:sqs:/.test(DeadLetterArn)) {
    throw invalidParameter(`The local cloud serves queues as a dead-letter target, not ${DeadLetterArn}.`);
  }
}

function range(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalidParameter(`${name} must be a whole number from ${least} to ${most}; it is ${value}.`);
}

function variables(given: Record<string, unknown>): Record<string, string> {
  for (const name of Object.keys(given)) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name))
      throw invalidParameter(`${name} is not a valid name of an environment variable.`);
    if (RESERVED.has(name)) {
      throw invalidParameter(
        `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${name}`,
      );
    }
  }
  const read = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const measured = JSON.stringify(read);
  if (Buffer.byteLength(measured) > MOST_VARIABLES) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
  return read;
}

/** Bytes of all variables together. */
const MOST_VARIABLES = TEMPLATE_LIMITS.functionEnvironment.most;

const RESERVED = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);
