import type { ItemKey } from "../../lib/contract/keys/item-key.ts";
import type { Outside } from "./outside.ts";

/** What can be observed of a history, while it runs and at its end. */
export interface Seen {
  now(): number;
  /** All items of the table, in plain values. */
  items(): any[];
  item(key: ItemKey): any;
  executions(): {
    arn: string;
    machine: string;
    name: string;
    status: string;
    error?: string | undefined;
    cause?: string | undefined;
    input: string;
    output?: string | undefined;
    release?: number | undefined;
  }[];
  archive(): { "detail-type": string; source: string; detail: any }[];
  messages(): { queue: string; body: string; visibleAt: number }[];
  outside: Outside;
  /** Faults of the cloud itself. */
  reports(): string[];
}
