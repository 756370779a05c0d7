import type { StepContext } from "../../../../lambdas/runtime/index.ts";

/** The effect: the bank does it once for a key, however often it is called. */
export async function callBank(path: string, { idempotencyKey, signal }: StepContext) {
  const headers = { "Idempotency-Key": idempotencyKey };
  const answer = await fetch(`https://bank.example/${path}`, { method: "POST", headers, signal });
  return (await answer.json()) as { payment: string };
}
