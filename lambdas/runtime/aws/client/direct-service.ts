import type { JsonService } from "./json-service.ts";

/** The parts of a service's endpoint. */
export type Host = Pick<JsonService, "service" | "target" | "version">;

/** Regions in AWS's main partition. Other partitions have other domain names. */
const REGION = /^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$/;

/** Variables that change how the SDK finds, signs or retries calls. */
const FOR_THE_SDK = [
  "AWS_PROFILE",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_MAX_ATTEMPTS",
  "AWS_RETRY_MODE",
];

/**
 * The endpoint and credentials for a function's calls, from the variables that Lambda sets. Undefined outside
 * of a function, or if the variables need the SDK.
 */
export function directService(
  host: Host,
  environment: NodeJS.ProcessEnv,
): Omit<JsonService, "maxAttempts"> | undefined {
  const { AWS_LAMBDA_FUNCTION_NAME: isFunction, AWS_REGION: region = "", AWS_ENDPOINT_URL } = environment;
  const own = environment[`AWS_ENDPOINT_URL_${SERVICE_IDS[host.service]}`];
  if (!isFunction || !environment.AWS_ACCESS_KEY_ID || !REGION.test(region)) return undefined;
  if (FOR_THE_SDK.some((name) => environment[name])) return undefined;
  return {
    ...host,
    region,
    endpoint: new URL(own ?? AWS_ENDPOINT_URL ?? `https://${host.service}.${region}.amazonaws.com`),
    // Read for each call, since an environment may get new ones.
    credentials: () => ({
      accessKeyId: environment.AWS_ACCESS_KEY_ID!,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY!,
      sessionToken: environment.AWS_SESSION_TOKEN,
    }),
    trace: () => environment._X_AMZN_TRACE_ID,
  };
}

/** The service's name in the variable for its endpoint. */
const SERVICE_IDS: Record<string, string> = {
  dynamodb: "DYNAMODB",
  sqs: "SQS",
  states: "SFN",
  events: "EVENTBRIDGE",
  secretsmanager: "SECRETS_MANAGER",
};
