import { ServiceError } from "../kernel/errors.ts";
import { deserializing, type Kinds } from "../kernel/input.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ResourceProvider } from "../kernel/resource.ts";
import type { Service } from "../kernel/service.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ssm_parameters (
    name TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    modified REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ssm_declared (name TEXT PRIMARY KEY, type TEXT NOT NULL, value TEXT NOT NULL) WITHOUT ROWID`;

const KINDS: Record<string, Kinds> = {
  GetParameter: { Name: "text" },
  GetParameters: { Names: ["text"] },
  GetParametersByPath: { Path: "text", Recursive: "flag", MaxResults: "number", NextToken: "text" },
  PutParameter: {
    Name: "text",
    Value: "text",
    Type: "text",
    Overwrite: "flag",
    AllowedPattern: "text",
    DataType: "text",
    Tier: "text",
  },
  DeleteParameter: { Name: "text" },
  DeleteParameters: { Names: ["text"] },
};

const TYPES = ["String", "StringList", "SecureString"];
/** The largest value of each tier. */
const TIERS: Record<string, number> = { Standard: 4096, Advanced: 8192, "Intelligent-Tiering": 8192 };
const NAME = /^(?:\/?[\w.-]+)(?:\/[\w.-]+){0,14}$/;
const PAGE = 10;

interface Parameter {
  name: string;
  type: string;
  value: string;
  version: number;
  modified: number;
}

/**
 * Systems Manager's parameters, with their current value. Values of the type SecureString are not encrypted.
 */
export function ssmService(kernel: Kernel): Service {
  kernel.store.define(SCHEMA);
  // "/a/b" has the ARN parameter/a/b, and "name" has parameter/name.
  const find = (nameOrArn: string) => {
    const name = nameOrArn.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter(?=\/)/, "");
    const found = kernel.store.get<Parameter>(
      "SELECT * FROM ssm_parameters WHERE name IN (?, ?) ORDER BY name LIMIT 1",
      name,
      nameOrArn === name ? name : name.slice(1),
    );
    return found && describe(found);
  };
  const describe = ({ name, type, value, version, modified }: Parameter) => ({
    Name: name,
    Type: type,
    Value: value,
    Version: version,
    LastModifiedDate: modified,
    ARN: kernel.arn("ssm", `parameter/${name.replace(/^\//, "")}`),
    DataType: "text",
  });
  const remove = (name: string): boolean =>
    kernel.store.get("DELETE FROM ssm_parameters WHERE name = ? RETURNING name", name) !== undefined;
  return {
    name: "ssm",
    operations: deserializing(KINDS, {
      GetParameter({ Name }) {
        const found = find(String(Name));
        if (!found) throw new ServiceError("ParameterNotFound", `Parameter ${Name} not found.`);
        return { Parameter: found };
      },
      GetParametersByPath({ Path, Recursive = false, MaxResults = PAGE, NextToken }) {
        if (!/^\//.test(Path ?? "")) throw invalid("The parameter Path must begin with a slash.");
        const folder = Path.endsWith("/") ? Path : `${Path}/`;
        const all = kernel.store
          .all<Parameter>(
            "SELECT * FROM ssm_parameters WHERE name > ? AND name >= ? AND name < ? ORDER BY name",
            NextToken ?? "",
            folder,
            `${folder}\u{10ffff}`,
          )
          .filter(({ name }) => Recursive || !name.slice(folder.length).includes("/"));
        const page = all.slice(0, MaxResults);
        return {
          Parameters: page.map(describe),
          ...(all.length > page.length && { NextToken: page.at(-1)!.name }),
        };
      },
      PutParameter(input) {
        const { Name, Value, Overwrite = false, AllowedPattern, Tier = "Standard" } = input;
        if (!NAME.test(Name ?? "") || /^\/?(?:aws|ssm)/i.test(Name)) {
          throw invalid(
            'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
          );
        }
        const before = kernel.store.get<Parameter>("SELECT * FROM ssm_parameters WHERE name = ?", Name);
        const type = input.Type ?? before?.type;
        if (type === undefined) throw invalid("A parameter type is required when you create a parameter.");
        if (!TYPES.includes(type)) throw invalid(`The parameter type must be one of ${TYPES.join(", ")}.`);
        if (!Value) throw invalid("The parameter value must not be empty.");
        const most = TIERS[Tier];
        if (most === undefined) throw invalid(`The tier must be one of ${Object.keys(TIERS).join(", ")}.`);
        if (Buffer.byteLength(Value) > most) {
          throw invalid(
            `${Tier} tier parameters support a maximum parameter value of ${most} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
          );
        }
        if (AllowedPattern !== undefined && !matches(AllowedPattern, Value)) {
          throw new ServiceError(
            "ParameterPatternMismatchException",
            `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern}`,
          );
        }
        if (before && !Overwrite) {
          throw new ServiceError(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
          );
        }
        if (before && before.type !== type) {
          throw new ServiceError(
            "HierarchyTypeMismatchException",
            `Parameter ${Name} has the type ${before.type}, which cannot change to ${type}.`,
          );
        }
        const version = (before?.version ?? 0) + 1;
        kernel.store.run(
          "INSERT OR REPLACE INTO ssm_parameters VALUES (?, ?, ?, ?, ?)",
          Name,
          type,
          Value,
          version,
          kernel.clock.now() / 1000,
        );
        return { Version: version, Tier: Tier === "Advanced" ? "Advanced" : "Standard" };
      },
      DeleteParameter({ Name }) {
        if (!remove(String(Name)))
          throw new ServiceError("ParameterNotFound", `Parameter ${Name} not found.`);
        return {};
      },
      DeleteParameters({ Names = [] }) {
        const gone = (Names as string[]).filter(remove);
        return {
          DeletedParameters: gone,
          InvalidParameters: (Names as string[]).filter((name) => !gone.includes(name)),
        };
      },
      GetParameters({ Names = [] }) {
        const found = (Names as string[]).map((name) => [name, find(name)] as const);
        return {
          Parameters: found.flatMap(([, parameter]) => parameter ?? []),
          InvalidParameters: found.filter(([, parameter]) => !parameter).map(([name]) => name),
        };
      },
    }),
  };
}

const invalid = (message: string) => new ServiceError("ValidationException", message);

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    throw new ServiceError(
      "InvalidAllowedPatternException",
      `The pattern ${pattern} is not a regular expression.`,
    );
  }
}

export const ssmResources: ResourceProvider[] = [
  {
    type: "AWS::SSM::Parameter",
    serves: {
      Name: true,
      Type: true,
      Value: true,
      Description: "text for people",
      Tags: "text for people",
      Tier: "there is no price and no limit locally",
      DataType: "the value is not checked locally",
    },
    deploy({ properties, generatedName }, kernel) {
      const { Name: name = generatedName, Type, Value } = properties;
      const value = String(Value);
      const { store, clock } = kernel;
      // A value that the app has written stays until the template sets another.
      const isSame =
        store.get(
          "SELECT 1 FROM ssm_declared WHERE name = ? AND type = ? AND value = ?",
          name,
          Type,
          value,
        ) && store.get("SELECT 1 FROM ssm_parameters WHERE name = ?", name);
      if (!isSame) {
        store.run(
          `INSERT INTO ssm_parameters VALUES (?, ?, ?, 1, ?) ON CONFLICT (name) DO UPDATE SET
             version = version + 1, type = excluded.type, value = excluded.value, modified = excluded.modified
           WHERE type <> excluded.type OR value <> excluded.value`,
          name,
          Type,
          value,
          clock.now() / 1000,
        );
        store.run("INSERT OR REPLACE INTO ssm_declared VALUES (?, ?, ?)", name, Type, value);
      }
      return { ref: name, attributes: { Type, Value: value } };
    },
    remove(name, kernel) {
      kernel.store.run("DELETE FROM ssm_parameters WHERE name = ?", name);
      kernel.store.run("DELETE FROM ssm_declared WHERE name = ?", name);
    },
  },
];
