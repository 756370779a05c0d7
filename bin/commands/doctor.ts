import { Command } from "commander";
import { awsAccount } from "../../lambdas/runtime/aws/account/account.ts";
import { parseModel } from "../../lib/contract/model.ts";
import { answer } from "../answer.ts";
import { accountFacts } from "../doctor/account.ts";
import { type Check, checkAccount, checkMachine } from "../doctor/checks.ts";
import { machineFacts } from "../doctor/machine.ts";

const MARK: Record<Check["state"], string> = { ok: "✓", warning: "!", error: "✗", unknown: "?" };

export function doctor(): Command {
  return new Command("doctor")
    .description(
      "check this machine, and with --aws the account, for what a deployment needs; exits with 1 on an error",
    )
    .action(async (_options: unknown, command: Command) => {
      const { aws, stack } = command.optsWithGlobals<{ aws?: boolean; stack: string }>();
      const subject = { stack, models: bedrockModels() };
      const ofAccount = aws ? checkAccount(await accountFacts(awsAccount(), subject)) : [];
      const checks = [...checkMachine(machineFacts()), ...ofAccount];
      answer(command, checks, () => checks.map(describe).join("\n"));
      if (checks.some(({ state }) => state === "error")) process.exitCode = 1;
    });
}

/** The Bedrock models that a deployment from this environment would use. */
function bedrockModels(): string[] {
  const setting = parseModel(process.env.MILLRACE_MODEL);
  return setting.provider === "bedrock" ? [setting.model] : [];
}

function describe(check: Check): string {
  const line = `${MARK[check.state]} ${check.name}: ${check.found}`;
  return check.state === "ok" ? line : `${line}\n  ${check.remedy}`;
}
