import { lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import type * as Sdk from "./sdk/events.ts";

type Name = Extract<keyof typeof Sdk, `${string}Command`>;

const command = <Of extends Name>(name: Of) =>
  lazyCommand<(typeof Sdk)[Of]>(name, async () => (await loadSdk("events"))[name]);

export const CancelReplayCommand = command("CancelReplayCommand");
export const DescribeReplayCommand = command("DescribeReplayCommand");
export const PutEventsCommand = command("PutEventsCommand");
export const StartReplayCommand = command("StartReplayCommand");
