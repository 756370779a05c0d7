import type { Kernel } from "../kernel/kernel.ts";
import type { FunctionVersion } from "./functions.ts";
import { accessKeyOfRole } from "./roles.ts";

/** The environment variables of an environment: the function's own and Lambda's, nothing of this process's. */
export function environmentVariables(
  kernel: Kernel,
  { name, version, settings, code }: FunctionVersion,
  logGroup: string,
  logStream: string,
): Record<string, string> {
  const accessKey = accessKeyOfRole(settings.Role);
  return {
    ...settings.Environment,
    _HANDLER: settings.Handler,
    AWS_REGION: kernel.region,
    AWS_DEFAULT_REGION: kernel.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_FORMAT: settings.LoggingConfig.LogFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: kernel.sessionToken(accessKey),
    AWS_ENDPOINT_URL: kernel.endpoint,
    AWS_NODEJS_CONNECTION_REUSE_ENABLED: "1",
    ...(settings.TracingConfig.Mode === "Active" &&
      kernel.traceDaemon && { AWS_XRAY_DAEMON_ADDRESS: kernel.traceDaemon }),
    ...(kernel.debugged && { MILLRACE_DEBUGGED: "1" }),
    LAMBDA_TASK_ROOT: code,
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
  };
}
