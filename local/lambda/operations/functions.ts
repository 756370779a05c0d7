import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation } from "../../kernel/service.ts";
import { conflict, invalidParameter, notFound, preconditionFailed } from "../errors.ts";
import { ALIAS_NAME, type Alias, type Functions, LATEST, revisionOf } from "../functions.ts";
import { functionArn, readFunctionName } from "../names.ts";
import { page } from "../page.ts";
import { presentConfiguration } from "../present.ts";
import { readSettings } from "../settings.ts";
import { refuseLoading } from "../startup-variables.ts";

/** Functions, their versions, aliases and concurrency. */
export function functionOperations(kernel: Kernel, functions: Functions): Record<string, Operation> {
  const { store } = kernel;
  const resolve = (input: any) => functions.resolve(input.FunctionName, input.Qualifier);
  const nameOf = (input: any) =>
    functions.resolve(readFunctionName(kernel, input.FunctionName).name).version.name;
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
      checkRevision(RevisionId, latest.revision);
      const settings = readSettings(parameters, latest.settings);
      refuseLoading(settings.Environment, latest.settings.Environment);
      functions.put(name, latest.code, settings);
      return present(name);
    },

    DeleteFunction(input) {
      const { name, qualifier } = readFunctionName(kernel, input.FunctionName, input.Qualifier);
      if (qualifier === LATEST) {
        throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
      }
      if (ALIAS_NAME.test(qualifier ?? ""))
        throw invalidParameter("Deletion of aliases is not currently supported.");
      functions.row(name);
      functions.remove(name, qualifier);
      return {};
    },

    PublishVersion(input) {
      const name = nameOf(input);
      const latest = functions.version(name, LATEST)!;
      checkRevision(input.RevisionId, latest.revision);
      const { CodeSha256 } = presentConfiguration(kernel, latest);
      if (input.CodeSha256 && input.CodeSha256 !== CodeSha256) {
        throw invalidParameter(
          `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      return present(name, functions.publish(name, input.Description || undefined).version);
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
      const reserved = Number(input.ReservedConcurrentExecutions);
      const { name, qualifier } = readFunctionName(kernel, input.FunctionName);
      if (qualifier !== undefined) {
        throw invalidParameter(
          "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
        );
      }
      functions.resolve(name, undefined, LATEST);
      store.run("UPDATE lambda_function SET reserved = ? WHERE name = ?", reserved, name);
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

    PutFunctionRecursionConfig(input) {
      const { RecursiveLoop } = input;
      store.run("UPDATE lambda_function SET recursive_loop = ? WHERE name = ?", RecursiveLoop, nameOf(input));
      return { RecursiveLoop };
    },
  };
}

/** A caller may name the revision that it expects to change. */
function checkRevision(given: string | undefined, current: string): void {
  if (given === undefined || given === current) return;
  throw preconditionFailed(
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
  );
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
    RevisionId: revisionOf(alias),
  });
  const existing = (input: any, absent: string) => {
    const name = nameOf(input);
    const alias = functions.alias(name, input.Name);
    if (!alias) throw notFound(`${absent}: ${functionArn(kernel, name, input.Name)}`);
    return alias;
  };
  const write = (alias: Alias) => {
    if (!functions.version(alias.function, alias.version)) {
      throw notFound(`Function not found: ${functionArn(kernel, alias.function, alias.version)}`);
    }
    store.run(
      "INSERT OR REPLACE INTO lambda_alias VALUES (?, ?, ?, ?)",
      alias.function,
      alias.name,
      alias.version,
      alias.description,
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
      const alias = existing(input, "Alias not found");
      checkRevision(input.RevisionId, revisionOf(alias));
      const { FunctionVersion = alias.version, Description = alias.description } = input;
      return write({ ...alias, version: FunctionVersion, description: Description });
    },
    GetAlias: (input) => present(existing(input, "Cannot find alias arn")),
    DeleteAlias(input) {
      store.run("DELETE FROM lambda_alias WHERE function = ? AND name = ?", nameOf(input), input.Name);
      return {};
    },
  };
}
