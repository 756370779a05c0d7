import { lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";

export const GetSecretValueCommand = lazyCommand(
  "GetSecretValueCommand",
  async () => (await loadSdk("secrets")).GetSecretValueCommand,
);
