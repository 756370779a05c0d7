import type { Kernel } from "../../kernel/kernel.ts";
import type { ResourceProvider } from "../../kernel/resource.ts";
import { readFunctionName } from "../names.ts";
import { lambdaOf } from "./lambda-of.ts";

/** AWS::Lambda::Permission: a statement of the function's policy. */
export const permission: ResourceProvider = {
  type: "AWS::Lambda::Permission",
  serves: {
    Action: true,
    FunctionName: true,
    Principal: true,
    SourceArn: true,
    SourceAccount: true,
    FunctionUrlAuthType: "URLs check their own AuthType",
    InvokedViaFunctionUrl: "URLs check their own AuthType",
  },

  async deploy(resource, kernel) {
    const { FunctionName, Action, Principal, SourceArn, SourceAccount } = resource.properties;
    const StatementId = resource.generatedName;
    const { name, qualifier: Qualifier } = readFunctionName(kernel, FunctionName);
    removeStatement(kernel, name, StatementId);
    const statement = { StatementId, Action, Principal, SourceArn, SourceAccount };
    await kernel.call("lambda", "AddPermission", { FunctionName: name, Qualifier, ...statement });
    return { ref: StatementId, attributes: { Id: StatementId } };
  },

  remove(StatementId, kernel) {
    for (const name of lambdaOf(kernel).functions.names()) removeStatement(kernel, name, StatementId);
  },
};

/** Removes a template's statement from the function's policies, wherever it is. */
function removeStatement(kernel: Kernel, name: string, statement: string): void {
  const statements: { Sid: string }[] = JSON.parse(lambdaOf(kernel).functions.row(name).statements);
  const left = JSON.stringify(statements.filter(({ Sid }) => Sid !== statement));
  kernel.store.run("UPDATE lambda_function SET statements = ? WHERE name = ?", left, name);
}
