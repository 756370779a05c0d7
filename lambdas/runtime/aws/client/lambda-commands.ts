import type { LambdaClient } from "@aws-sdk/client-lambda";
import { lazyClient, lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";

export const InvokeCommand = lazyCommand(
  "InvokeCommand",
  async () => (await loadSdk("lambda")).InvokeCommand,
);

const open = async (maxAttempts?: number) =>
  new (await loadSdk("lambda")).LambdaClient(maxAttempts === undefined ? {} : { maxAttempts });

/** A client for functions. @param maxAttempts the SDK's default unless given */
export const functionsClient = (maxAttempts?: number): LambdaClient => lazyClient(() => open(maxAttempts));
