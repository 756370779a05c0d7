import { TEMPLATE_LIMITS } from "../../aws-limits/template-limits.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { Buses } from "./buses.ts";
import { pageOf } from "./page.ts";
import type { Router } from "./router.ts";
import type { RuleRow, Rules } from "./rules.ts";
import { checkTarget, type Target } from "./targets.ts";
import { limitExceeded, operation, requireList, requireText } from "./validation.ts";

const MOST_TARGETS = TEMPLATE_LIMITS.targetsOfRule.most;

/** The operations on the targets of rules. */
export function targetOperations(
  { store }: Kernel,
  buses: Buses,
  router: Router,
  rules: Rules,
): Record<string, Operation> {
  const find = (input: any) =>
    rules.existing(buses.existing(input.EventBusName), requireText(input.Rule, "rule"));

  const putTargets = ({ bus, name }: RuleRow, targets: Target[]): void => {
    targets.forEach((target, at) => {
      checkTarget(target, at + 1);
    });
    store.atomically(() => {
      for (const target of targets) {
        store.run(
          "INSERT OR REPLACE INTO events_target VALUES (?, ?, ?, ?, ?)",
          bus,
          name,
          target.Id,
          target.Arn,
          JSON.stringify(target),
        );
      }
      const count = store.get<{ n: number }>(
        "SELECT count(*) AS n FROM events_target WHERE bus = ? AND rule = ?",
        bus,
        name,
      );
      if (count!.n > MOST_TARGETS) throw limitExceeded();
    });
    router.targetsChanged(bus, name);
  };

  return {
    PutTargets: operation(["Rule", "EventBusName", "Targets"], (input) => {
      const { row } = find(input);
      putTargets(row, requireList(input.Targets, "targets", 100));
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),

    RemoveTargets: operation(["Rule", "EventBusName", "Ids", "Force"], (input) => {
      const { row } = find(input);
      const ids = requireList(input.Ids, "ids", 100).map((id) => requireText(id, "ids.member"));
      store.atomically(() => {
        for (const id of ids) {
          store.run("DELETE FROM events_target WHERE bus = ? AND rule = ? AND id = ?", row.bus, row.name, id);
        }
      });
      router.targetsChanged(row.bus, row.name);
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),

    ListTargetsByRule: operation(["Rule", "EventBusName", "Limit", "NextToken"], (input) => {
      const { row } = find(input);
      const { rows, NextToken } = pageOf<{ id: string; settings: string }>(
        input,
        ({ id }) => id,
        (after, limit) =>
          store.all(
            "SELECT id, settings FROM events_target WHERE bus = ? AND rule = ? AND id > ? ORDER BY id LIMIT ?",
            row.bus,
            row.name,
            after,
            limit,
          ),
      );
      return { Targets: rows.map(({ settings }) => JSON.parse(settings)), NextToken };
    }),

    ListRuleNamesByTarget: operation(["TargetArn", "EventBusName", "Limit", "NextToken"], (input) => {
      const bus = buses.existing(input.EventBusName);
      const arn = requireText(input.TargetArn, "targetArn", { most: 1600 });
      const { rows, NextToken } = pageOf<{ rule: string }>(
        input,
        ({ rule }) => rule,
        (after, limit) =>
          store.all(
            "SELECT DISTINCT rule FROM events_target WHERE bus = ? AND arn = ? AND rule > ? ORDER BY rule LIMIT ?",
            bus,
            arn,
            after,
            limit,
          ),
      );
      return { RuleNames: rows.map(({ rule }) => rule), NextToken };
    }),
  };
}
