import { Option } from "commander";
import { actionCommand } from "../action.ts";
import { workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { readPayload } from "../payload.ts";

export const start = () =>
  actionCommand(
    "start",
    "start a run of a workflow, as if its event had arrived",
    ["<workflow>", "name"],
    async (name, base, { payload, event }) => {
      const workflow = workflows.find((known) => known.name === name);
      if (!workflow) {
        const names = workflows.map((known) => known.name).join(", ");
        throw new UsageError(`There is no workflow "${name}". Available: ${names}.`);
      }
      const contract = event ? workflow.on.find((known) => known.name === event) : workflow.on[0];
      if (!contract) {
        const names = workflow.on.map((known) => known.name).join(", ");
        throw new UsageError(`The workflow ${name} does not start on "${event}". It starts on: ${names}.`);
      }
      return {
        action: "start",
        target: { workflow: name },
        event: contract.name,
        version: contract.version,
        payload: (await readPayload(contract, payload!)) as Record<string, unknown>,
        ...base,
      };
    },
  )
    .addOption(
      new Option(
        "--payload <json>",
        "payload of the event: JSON, @file, or - for standard input",
      ).makeOptionMandatory(),
    )
    .option("--event <name>", "which event, if the workflow starts on several", undefined);
