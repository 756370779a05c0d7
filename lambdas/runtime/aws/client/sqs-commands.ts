import { lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import type * as Sdk from "./sdk/sqs.ts";

type Name = Extract<keyof typeof Sdk, `${string}Command`>;

const command = <Of extends Name>(name: Of) =>
  lazyCommand<(typeof Sdk)[Of]>(name, async () => (await loadSdk("sqs"))[name]);

export const ChangeMessageVisibilityBatchCommand = command("ChangeMessageVisibilityBatchCommand");
export const GetQueueAttributesCommand = command("GetQueueAttributesCommand");
export const SendMessageBatchCommand = command("SendMessageBatchCommand");
export const SendMessageCommand = command("SendMessageCommand");
