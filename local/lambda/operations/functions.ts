import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation } from "../../kernel/service.ts";
import { conflict, invalidParameter, notFound } from "../errors.ts";
import { type Alias, type Functions, LATEST } from "../functions.ts";
import { functionArn, readFunctionName } from "../names.ts";
import { page } from "../page.ts";
import { presentConfiguration } from "../present.ts";
import { readSettings } from "../settings.ts";

/** Functions, their versions, aliases, concurrency, permissions and tags. */
export function functionOperations(kernel: Kernel, functions: Functions): Record<string, Operation> {
  const { store } = kernel;
  const resolve = (input: any) => functions.resolve(input.FunctionName, input.Qualifier);
  const nameOf = (input: any) => functions.resolve(readFunctionName(input.FunctionName).name).version.name;
  const present = (name: string, version = LATEST) =>
    presentConfiguration(kernel, functions.version(name, version)!, version !== LATEST);

  return {
    CreateFunction() {
      throw invalidParameter(
        "The local cloud creates functions from a cloud assembly only: add the function to your CDK app, synthesize it and start again.",
      );
    },

    GetFunction(input) {
      const { version } = resolve(input);
      const row = functions.row(version.name);
      const tags = JSON.parse(row.tags);
      return {
        Configuration: presentConfiguration(kernel, version, input.Qualifier !== undefined),
        Code: { RepositoryType: "S3", Location: `file://${version.code}` },
        ...(Object.keys(tags).length > 0 && { Tags: tags }),
        ...(row.reserved !== null && { Concurrency: { ReservedConcurrentExecutions: row.reserved } }),
      };
    },

    GetFunctionConfiguration: (input) =>
      presentConfiguration(kernel, resolve(input).version, input.Qualifier !== undefined),

    ListFunctions(input) {
      const { items, NextMarker } = page(functions.names(), input);
      const all = input.FunctionVersion === "ALL";
      const Functions = items.flatMap((name) =>
        all
          ? functions.versionsOf(name).map((version) => presentConfiguration(kernel, version, true))
          : [present(name)],
      );
      return { Functions, ...(NextMarker && { NextMarker }) };
    },

    UpdateFunctionConfiguration({ FunctionName, RevisionId, ...parameters }) {
      const name = nameOf({ FunctionName });
      const latest = functions.version(name, LATEST)!;
      if (RevisionId !== undefined && RevisionId !== latest.revision) {
        throw conflict("The Revision Id provided does not match the latest Revision Id.");
      }
      functions.put(name, latest.code, readSettings(parameters, latest.settings));
      return present(name);
    },

    DeleteFunction(input) {
      const { version, qualifier } = resolve(input);
      functions.remove(version.name, qualifier);
      return {};
    },

    PublishVersion: (input) => {
      const name = nameOf(input);
      return present(name, functions.publish(name).version);
    },

    ListVersionsByFunction(input) {
      const { items, NextMarker } = page(functions.versionsOf(nameOf(input)), input);
      return {
        Versions: items.map((version) => presentConfiguration(kernel, version, true)),
        ...(NextMarker && { NextMarker }),
      };
    },

    ...aliasOperations(kernel, functions, nameOf),

    PutFunctionConcurrency(input) {
      const reserved = input.ReservedConcurrentExecutions;
      if (!Number.isInteger(reserved) || reserved < 0) {
        throw invalidParameter("ReservedConcurrentExecutions must be a whole number from 0.");
      }
      store.run("UPDATE lambda_function SET reserved = ? WHERE name = ?", reserved, nameOf(input));
      return { ReservedConcurrentExecutions: reserved };
    },

    GetFunctionConcurrency(input) {
      const { reserved } = functions.row(nameOf(input));
      return reserved === null ? {} : { ReservedConcurrentExecutions: reserved };
    },

    DeleteFunctionConcurrency(input) {
      store.run("UPDATE lambda_function SET reserved = NULL WHERE name = ?", nameOf(input));
      return {};
    },

    AddPermission({ FunctionName, Qualifier, StatementId, Action, Principal, SourceArn, SourceAccount }) {
      const { version, arn } = functions.resolve(FunctionName, Qualifier);
      const statements: any[] = JSON.parse(functions.row(version.name).statements);
      if (statements.some(({ Sid }) => Sid === StatementId)) {
        throw conflict(
          `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      }
      const service = typeof Principal === "string" && Principal.endsWith(".amazonaws.com");
      const conditions = {
        ...(SourceArn && { ArnLike: { "AWS:SourceArn": SourceArn } }),
        ...(SourceAccount && { StringEquals: { "AWS:SourceAccount": SourceAccount } }),
      };
      const statement = {
        Sid: StatementId,
        Effect: "Allow",
        Principal: service ? { Service: Principal } : Principal === "*" ? "*" : { AWS: Principal },
        Action,
        Resource: arn,
        ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
      };
      setStatements(version.name, [...statements, statement]);
      return { Statement: JSON.stringify(statement) };
    },

    RemovePermission(input) {
      const name = nameOf(input);
      const statements: any[] = JSON.parse(functions.row(name).statements);
      const left = statements.filter(({ Sid }) => Sid !== input.StatementId);
      if (left.length === statements.length) {
        throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
      }
      setStatements(name, left);
      return {};
    },

    GetPolicy(input) {
      const { version, arn } = resolve(input);
      const Policy = functions.policyOf(arn);
      if (Policy === undefined) throw notFound("The resource you requested does not exist.");
      return { Policy, RevisionId: version.revision };
    },

    ListTags: (input) => ({ Tags: tagsOf(input) }),
    TagResource: (input) => setTags(input, { ...tagsOf(input), ...input.Tags }),
    UntagResource: (input) => {
      const gone = new Set([input.TagKeys ?? []].flat());
      return setTags(
        input,
        Object.fromEntries(Object.entries(tagsOf(input)).filter(([key]) => !gone.has(key))),
      );
    },

    PutFunctionRecursionConfig(input) {
      const { RecursiveLoop } = input;
      if (!["Allow", "Terminate"].includes(RecursiveLoop)) {
        throw invalidParameter("RecursiveLoop must be Allow or Terminate.");
      }
      store.run("UPDATE lambda_function SET recursive_loop = ? WHERE name = ?", RecursiveLoop, nameOf(input));
      return { RecursiveLoop };
    },
    GetFunctionRecursionConfig: (input) => ({ RecursiveLoop: functions.row(nameOf(input)).recursive_loop }),
  };

  function setStatements(name: string, statements: object[]): void {
    store.run("UPDATE lambda_function SET statements = ? WHERE name = ?", JSON.stringify(statements), name);
  }
  function tagsOf(input: any): Record<string, string> {
    return JSON.parse(functions.row(readFunctionName(input.Resource).name).tags);
  }
  function setTags(input: any, tags: object): object {
    const { name } = readFunctionName(input.Resource);
    store.run("UPDATE lambda_function SET tags = ? WHERE name = ?", JSON.stringify(tags), name);
    return {};
  }
}

function aliasOperations(
  kernel: Kernel,
  functions: Functions,
  nameOf: (input: any) => string,
): Record<string, Operation> {
  const { store } = kernel;
  const aliasArn = (alias: Alias) => functionArn(kernel, alias.function, alias.name);
  const present = (alias: Alias) => ({
    AliasArn: aliasArn(alias),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
  });
  const existing = (input: any) => {
    const name = nameOf(input);
    const alias = functions.alias(name, input.Name);
    if (!alias) throw notFound(`Cannot find alias arn: ${functionArn(kernel, name, input.Name)}`);
    return alias;
  };
  const write = (alias: Alias) => {
    if (!functions.version(alias.function, alias.version)) {
      throw notFound(`Function not found: ${functionArn(kernel, alias.function, alias.version)}`);
    }
    store.run(
      "INSERT OR REPLACE INTO lambda_alias VALUES (?, ?, ?, ?)",
      ...[alias.function, alias.name, alias.version, alias.description],
    );
    return present(alias);
  };
  const refuseRouting = ({ RoutingConfig }: any) => {
    if (Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0) {
      throw invalidParameter(
        "The local cloud does not serve RoutingConfig of an alias: it points to one version.",
      );
    }
  };

  return {
    CreateAlias(input) {
      refuseRouting(input);
      const { Name, FunctionVersion, Description = "" } = input;
      const alias = {
        function: nameOf(input),
        name: Name,
        version: FunctionVersion,
        description: Description,
      };
      if (functions.alias(alias.function, Name)) throw conflict(`Alias already exists: ${aliasArn(alias)}`);
      return write(alias);
    },
    UpdateAlias(input) {
      refuseRouting(input);
      const alias = existing(input);
      const { FunctionVersion = alias.version, Description = alias.description } = input;
      return write({ ...alias, version: FunctionVersion, description: Description });
    },
    GetAlias: (input) => present(existing(input)),
    ListAliases(input) {
      const rows = store.all<Alias>(
        "SELECT * FROM lambda_alias WHERE function = ? ORDER BY name",
        nameOf(input),
      );
      const { items, NextMarker } = page(rows, input);
      return { Aliases: items.map(present), ...(NextMarker && { NextMarker }) };
    },
    DeleteAlias(input) {
      store.run("DELETE FROM lambda_alias WHERE function = ? AND name = ?", nameOf(input), input.Name);
      return {};
    },
  };
}
