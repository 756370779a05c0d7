import { giveUp } from "../../../lib/contract/failure.ts";
import { rotatedSecret } from "../aws/secrets.ts";

/** After this time, a replaced key is read again. */
const KEY_LASTS = 5 * 60_000;

/** The key of an endpoint, by the ARN of its secret. */
export async function apiKey(secret: string): Promise<string> {
  const [key] = await rotatedSecret(secret).valid(KEY_LASTS);
  if (key === undefined)
    throw giveUp(`The secret ${secret} contains no API key for the model's endpoint. Store one.`);
  return key;
}
