import { directService, type Host } from "./direct-service.ts";
import { jsonCall } from "./json-service.ts";

/** How a command of the SDK is called without the SDK. */
export interface Shape {
  operation: string;
  /** The input as the wire has it. @default as it is */
  write?(input: any): object;
  /** The output as the SDK has it. @default as it is */
  read?(output: any): object;
  /** Headers of the call. @default none */
  headers?(input: any): Record<string, string>;
}

/** The commands of a service that are called directly, by their classes. */
export interface DirectCalls extends Host {
  shapes: ReadonlyMap<unknown, Shape>;
}

interface Client {
  send(command: any): Promise<any>;
}

/** The SDK's number, where a client states none. */
const ATTEMPTS = 3;

/**
 * The client with a short way for the commands that every step makes: signed and sent without the SDK's layers, which take
 * several times as long as the rest of a call. Every other command goes through the SDK, and all do outside of a Lambda
 * function or where the environment says something that only the SDK understands.
 */
export function direct<SdkClient extends Client>(
  sdk: SdkClient,
  { shapes, ...host }: DirectCalls,
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
    return read(await call(operation, write(command.input), headers?.(command.input)));
  };
  return Object.create(sdk, { send: { value: send } });
}

const same = (value: any) => value;
