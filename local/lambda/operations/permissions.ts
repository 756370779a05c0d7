import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation } from "../../kernel/service.ts";
import { conflict, invalidParameter, notFound, preconditionFailed } from "../errors.ts";
import { ALIAS_NAME, type Functions, LATEST, revisionOf } from "../functions.ts";
import { functionArn, readFunctionName } from "../names.ts";

interface Statement {
  Sid: string;
  Resource: string;
  [member: string]: unknown;
}

/** Policies on functions, versions and aliases: statement by statement, as AddPermission writes them. */
export function permissionOperations(kernel: Kernel, functions: Functions): Record<string, Operation> {
  return {
    AddPermission(input) {
      const { StatementId, Action, Principal, RevisionId } = input;
      const { name, qualifier } = readFunctionName(kernel, input.FunctionName, input.Qualifier);
      if (qualifier === LATEST)
        throw invalidParameter("We currently do not support adding policies for $LATEST.");
      const statements = statementsOf(name, qualifier);
      const Resource = functionArn(kernel, name, qualifier);
      const existing = statements.filter((statement) => statement.Resource === Resource);
      checkRevision(name, qualifier, RevisionId);
      if (existing.some(({ Sid }) => Sid === StatementId)) {
        throw conflict(
          `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      }
      const Condition = conditions(input);
      const statement: Statement = {
        Sid: StatementId,
        Effect: "Allow",
        Principal: principal(Principal),
        Action,
        Resource,
        ...(Object.keys(Condition).length > 0 && { Condition }),
      };
      write(name, [...statements, statement]);
      return { Statement: JSON.stringify(statement) };
    },

    RemovePermission(input) {
      const { name, qualifier } = readFunctionName(kernel, input.FunctionName, input.Qualifier);
      const Resource = functionArn(kernel, name, qualifier);
      if (!functions.has(name)) throw notFound(`No policy found for: ${Resource}`);
      const statements = statementsOf(name, qualifier);
      if (!statements.some((statement) => statement.Resource === Resource)) {
        throw notFound("No policy is associated with the given resource.");
      }
      checkRevision(name, qualifier, input.RevisionId);
      const isMeant = (statement: Statement) =>
        statement.Sid === input.StatementId && statement.Resource === Resource;
      if (!statements.some(isMeant)) {
        throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
      }
      write(
        name,
        statements.filter((statement) => !isMeant(statement)),
      );
      return {};
    },

    GetPolicy(input) {
      const { name, qualifier } = readFunctionName(kernel, input.FunctionName, input.Qualifier);
      const Policy = functions.policyOf(functionArn(kernel, name, qualifier));
      if (Policy === undefined) throw notFound("The resource you requested does not exist.");
      return { Policy, RevisionId: revision(name, qualifier) };
    },
  };

  /** All statements of the function. Throws if the function, version or alias does not exist. */
  function statementsOf(name: string, qualifier: string | undefined): Statement[] {
    if (!functions.exists(name, qualifier)) {
      const arn = functionArn(kernel, name, qualifier);
      const isAlias = functions.has(name) && ALIAS_NAME.test(qualifier ?? "");
      throw notFound(isAlias ? `Cannot find alias arn: ${arn}` : `Function not found: ${arn}`);
    }
    return JSON.parse(functions.row(name).statements);
  }

  /** The revision of a policy changes with each statement. */
  function revision(name: string, qualifier: string | undefined): string {
    const alias = functions.alias(name, qualifier ?? LATEST);
    const plain = alias ? revisionOf(alias) : functions.resolve(name, qualifier).version.revision;
    const policy = functions.policyOf(functionArn(kernel, name, qualifier));
    return policy === undefined ? plain : revisionOf([plain, policy]);
  }

  function checkRevision(name: string, qualifier: string | undefined, given: string | undefined): void {
    if (given === undefined || given === revision(name, qualifier)) return;
    throw preconditionFailed(
      "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
    );
  }

  function write(name: string, statements: Statement[]): void {
    const text = JSON.stringify(statements);
    kernel.store.run("UPDATE lambda_function SET statements = ? WHERE name = ?", text, name);
  }
}

/** The principal: a service, everyone, an account by its number, or an ARN. */
function principal(given: string): unknown {
  if (given === "*") return "*";
  if (/^[\w.-]+\.(amazonaws|amazon)\.com$/.test(given)) return { Service: given };
  if (/^\d{12}$/.test(given)) return { AWS: `arn:aws:iam::${given}:root` };
  if (/^arn:/.test(given)) return { AWS: given };
  throw invalidParameter("The provided principal was invalid. Please check the principal and try again.");
}

function conditions(input: any): object {
  const equal = {
    "AWS:SourceAccount": input.SourceAccount,
    "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType,
    "aws:PrincipalOrgID": input.PrincipalOrgID,
    "lambda:EventSourceToken": input.EventSourceToken,
  };
  const StringEquals = Object.fromEntries(Object.entries(equal).filter(([, value]) => value != null));
  return {
    ...(Object.keys(StringEquals).length > 0 && { StringEquals }),
    ...(input.SourceArn && { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
    ...(input.InvokedViaFunctionUrl != null && {
      Bool: { "lambda:InvokedViaFunctionUrl": String(input.InvokedViaFunctionUrl) },
    }),
  };
}
