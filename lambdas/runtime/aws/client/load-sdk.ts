/** The parts of the SDK that functions use, one for each service. */
interface Parts {
  cloudwatch: typeof import("./sdk/cloudwatch.ts");
  dynamodb: typeof import("./sdk/dynamodb.ts");
  events: typeof import("./sdk/events.ts");
  lambda: typeof import("./sdk/lambda.ts");
  logs: typeof import("./sdk/logs.ts");
  s3: typeof import("./sdk/s3.ts");
  secrets: typeof import("./sdk/secrets.ts");
  sqs: typeof import("./sdk/sqs.ts");
  states: typeof import("./sdk/states.ts");
}

/** True in the bundles of functions, which have the parts as files of their own. Undefined elsewhere. */
declare const MILLRACE_BUNDLED: true | undefined;

/**
 * Loads a part of the SDK. Most invocations need none of it: a function that starts compiles its own code
 * alone.
 */
export async function loadSdk<Part extends keyof Parts>(part: Part): Promise<Parts[Part]>;
export async function loadSdk(part: keyof Parts): Promise<Parts[keyof Parts]> {
  // esbuild leaves out what is imported where a condition is always false.
  if (typeof MILLRACE_BUNDLED === "undefined") {
    switch (part) {
      case "cloudwatch":
        return await import("./sdk/cloudwatch.ts");
      case "dynamodb":
        return await import("./sdk/dynamodb.ts");
      case "events":
        return await import("./sdk/events.ts");
      case "lambda":
        return await import("./sdk/lambda.ts");
      case "logs":
        return await import("./sdk/logs.ts");
      case "s3":
        return await import("./sdk/s3.ts");
      case "secrets":
        return await import("./sdk/secrets.ts");
      case "sqs":
        return await import("./sdk/sqs.ts");
      case "states":
        return await import("./sdk/states.ts");
    }
  }
  return await import(fileOf(part));
}

/** Next to the bundle, in the folder that `lib/constructs/bundles/bundle-sdk.ts` adds. */
const fileOf = (part: keyof Parts) => `./sdk/${part}.mjs`;
