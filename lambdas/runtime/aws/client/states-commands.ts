import { lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import type * as Sdk from "./sdk/states.ts";

type Name = Extract<keyof typeof Sdk, `${string}Command`>;

const command = <Of extends Name>(name: Of) =>
  lazyCommand<(typeof Sdk)[Of]>(name, async () => (await loadSdk("states"))[name]);

export const DescribeExecutionCommand = command("DescribeExecutionCommand");
export const DescribeStateMachineForExecutionCommand = command("DescribeStateMachineForExecutionCommand");
export const GetExecutionHistoryCommand = command("GetExecutionHistoryCommand");
export const SendTaskFailureCommand = command("SendTaskFailureCommand");
export const SendTaskSuccessCommand = command("SendTaskSuccessCommand");
export const StartExecutionCommand = command("StartExecutionCommand");
export const StopExecutionCommand = command("StopExecutionCommand");
