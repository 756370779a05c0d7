import { setTimeout as wait } from "node:timers/promises";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Secrets } from "../ingress/receive.ts";
import type { Now } from "../ports/clock.ts";
import { secretsClient } from "./client/secrets-calls.ts";
import { GetSecretValueCommand } from "./client/secrets-commands.ts";

/**
 * The current secret and the previous one, so that senders that still sign with the old one are not
 * interrupted.
 */
const STAGES = ["AWSCURRENT", "AWSPREVIOUS"];
/** If a request matches no secret, the secret is read again, but not more often than this. */
const READ_AGAIN_AFTER = 1_000;

/**
 * A secret of Secrets Manager, by its ARN: its value, and the previous one unless `stages` leaves that out.
 * Values are cached for as long as the caller allows.
 */
export function rotatedSecret(
  arn: string,
  client = secretsClient(),
  now: Now = Date.now,
  stages: readonly string[] = STAGES,
  pause: (milliseconds: number) => Promise<unknown> = wait,
): Secrets {
  let known: { values: string[]; readAt: number } | undefined;
  const readAgain = async () => {
    const readAt = now();
    const values = await Promise.all(stages.map((stage) => read(client, arn, stage)));
    known = { values: values.filter((value) => value !== undefined), readAt };
    return known.values;
  };
  return {
    async valid(maxAge) {
      return known && now() - known.readAt < maxAge ? known.values : await readAgain();
    },

    async readSince(time) {
      if (known && known.readAt >= time) return known.values;
      const due = (known?.readAt ?? 0) + READ_AGAIN_AFTER;
      if (due > now()) await pause(due - now());
      return await readAgain();
    },
  };
}

async function read(client: SecretsManagerClient, arn: string, stage: string): Promise<string | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: arn, VersionStage: stage });
    return (await client.send(command)).SecretString;
  } catch (error) {
    // The first secret has no predecessor. A missing secret shows when nothing matches.
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}
