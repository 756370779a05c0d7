import { type Table, tableOver } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../../lambdas/runtime/aws/work/claims.ts";
import { tableEffects } from "../../../lambdas/runtime/aws/work/effects.ts";
import type { GroupMessage } from "../../../lambdas/runtime/work/group/message.ts";
import type { WorkPorts } from "../../../lambdas/runtime/work/ports.ts";
import { idOf } from "../run-ids.ts";
import { group, groupHarness, specs } from "../work/group-harness.ts";
import { BEGAN, RUN } from "../work/work-harness.ts";
import { stateTable } from "./state-table.ts";

/** Workers of groups over claims in a table. Each harness has a run of its own. */
export function openGroups(message: GroupMessage = group) {
  const open = stateTable(BEGAN);
  let count = 0;

  function tableHarness(over: (table: Table) => Table = (table) => table, declared = specs) {
    const harness = groupHarness(declared, message);
    const run = { ...message.run, id: idOf(`${++count}.`) };
    const table = over(open());
    const claims = tableClaims(table, 90, () => harness.clock.now);
    const startConditions: WorkPorts["startConditions"] = {
      read: (_, ...more) => harness.ports.startConditions.read(RUN, ...more),
    };
    const ports: WorkPorts = { ...harness.ports, claims, startConditions };
    return {
      ...harness,
      run,
      claims,
      ports,
      steps: () => harness.began.map(({ step, attempt }) => `${step} ${attempt}`),
      /** All claims, whichever item they are in. */
      all: async () => await tableEffects(open()).of(run.id),
      deliver: (
        more: Partial<GroupMessage> = {},
        code: Parameters<typeof harness.deliver>[1] = {},
        by: WorkPorts = ports,
      ) => harness.deliver({ run, ...more }, code, by),
    };
  }
  return { open, tableHarness };
}

/** Counts what reaches the table. */
export function counting(table: Table) {
  const calls: string[] = [];
  let statements = 0;
  const send = async (command: any) => {
    calls.push(command.constructor.name);
    statements += command.input.Statements?.length ?? 0;
    return await table.client.send(command);
  };
  return {
    calls,
    statements: () => statements,
    table: tableOver(table.name, { send } as unknown as Table["client"]),
  };
}

/** What happens to one statement: it is throttled; or its answer is lost, and the SDK sends it again. */
export type StatementFault = "throttled" | "answer lost";

/** A table in which one statement meets a fault. `isReached` answers whether there were so many statements. */
export function faulty(table: Table, fault: StatementFault, at: number) {
  let seen = 0;
  const send = async (command: any) => {
    const { Statements } = command.input;
    const first = seen;
    seen += Statements?.length ?? 0;
    if (!Statements || at < first || at >= seen) return await table.client.send(command);
    const struck = at - first;
    if (fault === "answer lost") {
      await table.client.send(command);
      return await table.client.send(command);
    }
    const others = Statements.filter((_: unknown, index: number) => index !== struck);
    const again = Object.assign(Object.create(Object.getPrototypeOf(command)), command, {
      input: { ...command.input, Statements: others },
    });
    const answer: any = others.length > 0 ? await table.client.send(again) : { Responses: [] };
    const refused = {
      Error: { Code: "ThrottlingError", Message: "Throughput exceeds the current capacity." },
    };
    return { ...answer, Responses: answer.Responses.toSpliced(struck, 0, refused) };
  };
  return {
    isReached: () => at < seen,
    table: tableOver(table.name, { send } as unknown as Table["client"]),
  };
}
