import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type DirectCalls, direct, type Shape } from "./direct-client.ts";
import { lazyClient } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import { GetSecretValueCommand } from "./secrets-commands.ts";

const shapes: [unknown, Shape][] = [
  [
    GetSecretValueCommand,
    {
      operation: "GetSecretValue",
      read: ({ CreatedDate, SecretBinary, ...rest }) => ({
        ...rest,
        ...(CreatedDate && { CreatedDate: new Date(CreatedDate * 1000) }),
        ...(SecretBinary && { SecretBinary: new Uint8Array(Buffer.from(SecretBinary, "base64")) }),
      }),
    },
  ],
];

export const SECRETS: DirectCalls = {
  service: "secretsmanager",
  target: "secretsmanager",
  version: "1.1",
  shapes: new Map(shapes),
};

const open = async () => new (await loadSdk("secrets")).SecretsManagerClient({});

/** A function's client for secrets. */
export function secretsClient(): SecretsManagerClient {
  return direct(lazyClient(open), SECRETS);
}
