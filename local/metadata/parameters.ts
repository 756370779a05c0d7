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
  ) WITHOUT ROWID`;

const KINDS: Record<string, Kinds> = { GetParameter: { Name: "text" }, GetParameters: { Names: ["text"] } };

interface Parameter {
  name: string;
  type: string;
  value: string;
  version: number;
  modified: number;
}

/** Systems Manager's parameters, with the operations that apps use: GetParameter and GetParameters. */
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
  return {
    name: "ssm",
    operations: deserializing(KINDS, {
      GetParameter({ Name }) {
        const found = find(String(Name));
        if (!found) throw new ServiceError("ParameterNotFound", `Parameter ${Name} not found.`);
        return { Parameter: found };
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
      kernel.store.run(
        `INSERT INTO ssm_parameters VALUES (?, ?, ?, 1, ?) ON CONFLICT (name) DO UPDATE SET
           version = version + 1, type = excluded.type, value = excluded.value, modified = excluded.modified
         WHERE type <> excluded.type OR value <> excluded.value`,
        name,
        Type,
        value,
        kernel.clock.now() / 1000,
      );
      return { ref: name, attributes: { Type, Value: value } };
    },
    remove(name, kernel) {
      kernel.store.run("DELETE FROM ssm_parameters WHERE name = ?", name);
    },
  },
];
