import type { Account } from "../../lambdas/runtime/aws/account/account.ts";
import type { AccountFacts, Read } from "./facts.ts";

/** Reads what the checks need of an account. What may not be read is noted with the reason, and hinders nothing else. */
export async function accountFacts(account: Account, models: readonly string[]): Promise<AccountFacts> {
  const [region, identity, bootstrap, concurrency, startExecution, sendTaskSuccess, access] =
    await Promise.all([
      account.region(),
      read(account.identity()),
      read(account.bootstrapVersion()),
      read(account.concurrency()),
      read(account.statesQuota("StartExecution")),
      read(account.statesQuota("SendTaskSuccess")),
      Promise.all(models.map(async (id) => ({ id, access: await read(account.mayCall(id)) }))),
    ]);
  return { region, identity, bootstrap, concurrency, startExecution, sendTaskSuccess, models: access };
}

async function read<Fact>(fact: Promise<Fact>): Promise<Read<Fact>> {
  try {
    return { value: await fact };
  } catch (error) {
    return { unread: (error as Error).message };
  }
}
