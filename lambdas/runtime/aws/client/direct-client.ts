import { directService, type Host } from "./direct-service.ts";
import { jsonCall } from "./json-service.ts";
import type { Client } from "./lazy-sdk.ts";

/** How to call a command of the SDK without the SDK. */
export interface Shape {
  operation: string;
  /** The input in the wire format. @default unchanged */
  write?(input: any): object;
  /** The output in the SDK's form. @default unchanged */
  read?(output: any): object;
  /** Headers of the call. @default none */
  headers?(input: any): Record<string, string>;
}

/** The commands of a service that are called directly, by class. */
export interface DirectCalls extends Host {
  shapes: ReadonlyMap<unknown, Shape>;
  /** An error's members in the SDK's form. @default unchanged */
  readError?(members: Record<string, any>): Record<string, any>;
}

/** The SDK's default number of attempts. */
const ATTEMPTS = 3;

/**
 * The client with a direct path for the commands of every step: signed and sent without the SDK's layers,
 * which take several times as long as the rest of a call. Every other command uses the SDK, and so do all
 * commands outside of a Lambda function or if an environment variable needs the SDK.
 */
export function direct<SdkClient extends Client>(
  sdk: SdkClient,
  { shapes, readError = same, ...host }: DirectCalls,
  maxAttempts: number = ATTEMPTS,
  environment: NodeJS.ProcessEnv = process.env,
): SdkClient {
  const service = directService(host, environment);
  if (!service) return sdk;
  const call = jsonCall({ ...service, maxAttempts });
  const send = async (command: { input: object }) => {
    const shape = shapes.get(command.constructor);
    if (!shape) return await sdk.send(command);
    const { operation, write = same, read = same, headers } = shape;
    try {
      return read(await call(operation, write(command.input), headers?.(command.input)));
    } catch (error) {
      throw Object.assign(error as Error, readError(error as Record<string, any>));
    }
  };
  return Object.create(sdk, { send: { value: send } });
}

const same = (value: any) => value;
