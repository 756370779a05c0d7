import type { Account } from "../../lambdas/runtime/aws/account/account.ts";
import { foundationModelOf } from "../../lib/contract/model-place.ts";
import type { AccountFacts, Read } from "./facts.ts";

/** The subject of the checks. */
export interface Subject {
  /** Name of the stack. */
  readonly stack: string;
  /** Models and inference profiles of Bedrock. */
  readonly models: readonly string[];
}

/**
 * Reads the facts about an account. A fact that may not be read is recorded with the reason, and does not
 * stop the others.
 */
export async function accountFacts(account: Account, { stack, models }: Subject): Promise<AccountFacts> {
  const [region, identity, deployed, bootstrap, concurrency, startExecution, sendTaskSuccess, access] =
    await Promise.all([
      read(account.region()),
      read(account.identity()),
      read(account.isDeployed(stack)),
      read(account.bootstrapVersion()),
      read(account.concurrency()),
      read(account.statesQuota("StartExecution")),
      read(account.statesQuota("SendTaskSuccess")),
      Promise.all(
        models.map(async (id) => ({ id, access: await read(account.mayCall(foundationModelOf(id))) })),
      ),
    ]);
  const quotas = { concurrency, startExecution, sendTaskSuccess };
  return { region, identity, deployed, bootstrap, ...quotas, models: access };
}

async function read<Fact>(fact: Promise<Fact>): Promise<Read<Fact>> {
  try {
    return { value: await fact };
  } catch (error) {
    return { unread: (error as Error).message };
  }
}
