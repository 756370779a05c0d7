import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { untilRollback } from "../kernel/until-rollback.ts";
import { pageByName } from "./page.ts";
import { putTags } from "./tags.ts";
import { alreadyExists, BUS_NAME, notFound, operation, requireText, validation } from "./validation.ts";

interface BusRow {
  name: string;
  settings: string;
  created: number;
  modified: number;
}

/** The stored settings of a bus; `statements` are those of its policy. */
interface BusSettings {
  Description?: string;
  KmsKeyIdentifier?: string;
  DeadLetterConfig?: { Arn?: string };
  LogConfig?: unknown;
  statements?: Record<string, unknown>[];
}

const SETTINGS = ["Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"] as const;

/** The event buses of the account; "default" always exists. */
export class Buses {
  private readonly kernel: Kernel;
  /** By bus: each call of a function asks for the policy of its bus. */
  private readonly policies: () => Map<string, string | undefined>;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.policies = untilRollback(kernel.store, () => new Map());
    const now = kernel.clock.now();
    kernel.store.run("INSERT OR IGNORE INTO events_bus VALUES ('default', '{}', ?, ?)", now, now);
  }

  arn(name: string): string {
    return this.kernel.arn("events", `event-bus/${name}`);
  }

  /** The name of the bus with this name or ARN, by default "default"; whether it exists or not. */
  nameOf(nameOrArn: string | undefined): string {
    if (nameOrArn === undefined) return "default";
    return /^arn:[^:]*:events:[^:]*:[^:]*:event-bus\/(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
  }

  /** As `nameOf`, for a bus that must exist. */
  existing(nameOrArn: string | undefined): string {
    const name = this.nameOf(nameOrArn);
    if (!this.exists(name)) throw notFound(`Event bus ${name} does not exist.`);
    return name;
  }

  exists(name: string): boolean {
    return this.kernel.store.get("SELECT 1 FROM events_bus WHERE name = ?", name) !== undefined;
  }

  /** The policy of the bus with this ARN, as JSON text; undefined if it has none or does not exist. */
  policyOf(arn: string): string | undefined {
    const policies = this.policies();
    const name = this.nameOf(arn);
    if (!policies.has(name)) policies.set(name, this.readPolicy(name));
    return policies.get(name);
  }

  private readPolicy(name: string): string | undefined {
    const row = this.kernel.store.get<BusRow>("SELECT * FROM events_bus WHERE name = ?", name);
    return row && policyWith(JSON.parse(row.settings));
  }

  /** The operations on buses; `deletable` throws for one that is still needed. */
  operations(deletable: (bus: string) => void): Record<string, Operation> {
    const { store, clock } = this.kernel;

    const read = (name: string | undefined): { row: BusRow; settings: BusSettings } => {
      const row = store.get<BusRow>("SELECT * FROM events_bus WHERE name = ?", this.existing(name))!;
      return { row, settings: JSON.parse(row.settings) };
    };

    const write = (name: string, settings: BusSettings) => {
      this.policies().delete(name);
      store.run(
        "UPDATE events_bus SET settings = ?, modified = ? WHERE name = ?",
        JSON.stringify(settings),
        clock.now(),
        name,
      );
    };

    const describe = ({ name, settings, created, modified }: BusRow) => {
      const parsed: BusSettings = JSON.parse(settings);
      const { statements: _, ...given } = parsed;
      const Policy = policyWith(parsed);
      return {
        Name: name,
        Arn: this.arn(name),
        CreationTime: created / 1000,
        LastModifiedTime: modified / 1000,
        ...given,
        ...(Policy !== undefined && { Policy }),
      };
    };

    return {
      CreateEventBus: operation(["Name", "Tags", ...SETTINGS], (input) => {
        const name = requireText(input.Name, "name", { pattern: BUS_NAME, most: 256 });
        if (this.exists(name)) throw alreadyExists(`Event bus ${name} already exists.`);
        const now = clock.now();
        const settings = pick(input);
        this.policies().delete(name);
        store.atomically(() => {
          store.run("INSERT INTO events_bus VALUES (?, ?, ?, ?)", name, JSON.stringify(settings), now, now);
          putTags(store, this.arn(name), input.Tags);
        });
        return { EventBusArn: this.arn(name), ...settings };
      }),

      DescribeEventBus: operation(["Name"], (input) => describe(read(input.Name).row)),

      ListEventBuses: operation(["NamePrefix", "Limit", "NextToken"], (input) => {
        const { rows, NextToken } = pageByName<BusRow>(store, "events_bus", input);
        return { EventBuses: rows.map(describe), NextToken };
      }),

      UpdateEventBus: operation(["Name", ...SETTINGS], (input) => {
        const { row, settings } = read(input.Name);
        const updated = { ...pick(input), ...(settings.statements && { statements: settings.statements }) };
        write(row.name, updated);
        return { Arn: this.arn(row.name), Name: row.name, ...pick(input) };
      }),

      DeleteEventBus: operation(["Name"], (input) => {
        const name = requireText(input.Name, "name");
        if (name === "default") throw validation("Cannot delete event bus default.");
        if (!this.exists(name)) return {};
        this.policies().delete(name);
        store.atomically(() => {
          deletable(name);
          store.run("DELETE FROM events_bus WHERE name = ?", name);
          store.run("DELETE FROM events_tag WHERE arn = ?", this.arn(name));
        });
        return {};
      }),

      PutPermission: operation(
        ["EventBusName", "Action", "Principal", "StatementId", "Condition", "Policy"],
        (input) => {
          const { row, settings } = read(input.EventBusName);
          write(row.name, {
            ...settings,
            statements: this.withPermission(row.name, settings.statements ?? [], input),
          });
          return {};
        },
      ),

      RemovePermission: operation(["EventBusName", "StatementId", "RemoveAllPermissions"], (input) => {
        const { row, settings } = read(input.EventBusName);
        const statements = settings.statements ?? [];
        const kept = input.RemoveAllPermissions
          ? []
          : statements.filter(({ Sid }) => Sid !== input.StatementId);
        if (!input.RemoveAllPermissions && kept.length === statements.length) {
          throw notFound("Statement with the provided id does not exist.");
        }
        write(row.name, { ...settings, statements: kept });
        return {};
      }),
    };
  }

  private withPermission(
    bus: string,
    statements: Record<string, unknown>[],
    input: any,
  ): Record<string, unknown>[] {
    if (input.Policy !== undefined) {
      try {
        return [JSON.parse(input.Policy).Statement ?? []].flat();
      } catch {
        throw validation("Parameter Policy is not valid. Reason: it must be a JSON document.");
      }
    }
    const statement = {
      Sid: requireText(input.StatementId, "statementId", { pattern: /^[a-zA-Z0-9-_]+$/, most: 64 }),
      Effect: "Allow",
      Principal:
        input.Principal === "*"
          ? "*"
          : { AWS: `arn:aws:iam::${requireText(input.Principal, "principal")}:root` },
      Action: requireText(input.Action, "action"),
      Resource: this.arn(bus),
      ...(input.Condition && {
        Condition: { [input.Condition.Type]: { [input.Condition.Key]: input.Condition.Value } },
      }),
    };
    return [...statements.filter(({ Sid }) => Sid !== statement.Sid), statement];
  }
}

function policyWith({ statements = [] }: BusSettings): string | undefined {
  if (statements.length === 0) return undefined;
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function pick(input: any): BusSettings {
  return Object.fromEntries(SETTINGS.flatMap((key) => (input[key] === undefined ? [] : [[key, input[key]]])));
}
