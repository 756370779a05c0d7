import type { ControlTarget } from "../../../lib/contract/keys/control.ts";
import type { Command, CommandOutcome } from "../../../lib/contract/messages/command.ts";
import type { ModelProgress } from "../../../lib/contract/model-progress.ts";
import type { Producer } from "../../../lib/contract/producer.ts";
import type { System } from "../../../lib/contract/system.ts";
import type {
  ApprovalItem,
  BreakerItem,
  ControlItem,
  DeliveryItem,
  DeployedQueueItem,
  FeedItem,
  LimitEntryItem,
  LimitLaneItem,
  LogItem,
  QuarantineItem,
  ReleaseItem,
  ReplayItem,
  RunItem,
  SettingsItem,
} from "../../../lib/contract/table.ts";
import type { DeadLetterReader } from "../dead-letters/ports.ts";
import type { Approvals } from "../ports/approvals.ts";
import type { Now } from "../ports/clock.ts";
import type { WrittenLine } from "../ports/function-logs.ts";
import type { ListPart, Wanting } from "../ports/list-part.ts";
import type { LogReader, RunDetails, Version } from "../ports/readers.ts";
import type { Log } from "../ports/telemetry.ts";
import type { Publisher } from "../publish/publish.ts";
import type { ObservedReplay } from "../replay/ports.ts";
import type { RunSearch } from "./run-partitions.ts";

/** The queries of the API. None of them changes anything. */
export interface Views {
  runs(search: RunSearch, wanting: Wanting): Promise<ListPart<RunItem>>;
  /** Only the run's item. */
  runItem(run: string): Promise<RunItem | undefined>;
  /** A run with its effects and approvals, read consistently. */
  run(run: string): Promise<RunDetails | undefined>;
  /** Entries of a run's log up to a time (ISO), in order. */
  log: LogReader["ofRun"];
  /** A part of a run's log, oldest first. */
  logPart(run: string, wanting: Wanting): Promise<ListPart<LogItem>>;
  /** The runs and reaction runs that one outside event led to, and their log entries. */
  correlated: LogReader["ofCorrelation"];
  release(workflow: string, version: string): Promise<ReleaseItem | undefined>;
  versions(): Promise<Version[]>;
  /** What operators decided about workflows, reactions and breakers, in the order of the names. */
  controls(names: readonly { target: ControlTarget; name: string }[]): Promise<(ControlItem | undefined)[]>;
  /** The newest revisions of settings, newest first. */
  settings(target: ControlTarget, name: string, limit: number): Promise<SettingsItem[]>;
  breakers(names: readonly string[]): Promise<(BreakerItem | undefined)[]>;
  /** A lane of a shared limit, with the first `most` runs that wait. */
  limitLane(
    limit: string,
    lane: string,
    most: number,
  ): Promise<{ lane: LimitLaneItem | undefined; waiting: LimitEntryItem[] }>;
  openApprovals(wanting: Wanting): Promise<ListPart<ApprovalItem>>;
  quarantined(wanting: Wanting): Promise<ListPart<QuarantineItem>>;
  quarantine(id: string): Promise<QuarantineItem | undefined>;
  queues(): Promise<DeployedQueueItem[]>;
  /** Number of messages in queues, by URL; unreadable ones are left out. */
  depths(urls: readonly string[]): Promise<Map<string, QueueDepth>>;
  /** Age in seconds of the oldest message of each queue, by URL; unreadable ones are left out. */
  ages(urls: readonly string[]): Promise<Map<string, number>>;
  deadLetters: DeadLetterReader["list"];
  deadLetter: DeadLetterReader["read"];
  replays(wanting: Wanting): Promise<ListPart<ReplayItem>>;
  replay(id: string): Promise<ObservedReplay | undefined>;
  /** All deliveries of one event. */
  deliveriesOf(event: string): Promise<DeliveryItem[]>;
  /** Those that need attention; or only those that are overdue. Of one subscriber, if one is named. */
  deliveries(
    kind: "problem" | "overdue",
    wanting: Wanting & { subscriber?: string | undefined },
  ): Promise<ListPart<DeliveryItem>>;
  /** Items of the feed after a sort key, read consistently, oldest first. */
  feed(after: string): Promise<FeedItem[]>;
  /** Registers a viewer. Returns the time since which the feed is complete, in epoch milliseconds. */
  registerViewer(): Promise<number>;
  /** Lines of log groups that contain one of these words. Times in epoch milliseconds. */
  written(query: WrittenQuery): Promise<WrittenLine[]>;
  /** The input of a step, from the history of an execution; undefined if it has no message for the path. */
  sentInput(execution: string, path: string): Promise<{ input: unknown } | undefined>;
  /** What a model has written for a step, of any attempt; undefined if nothing is stored. */
  modelProgress(run: RunItem, path: string): Promise<ModelProgress | undefined>;
  /** A temporary address of a file of the app's own bucket; undefined for any other file. */
  signedUrl(uri: string): Promise<string | undefined>;
}

export interface WrittenQuery {
  groups: readonly string[];
  words: readonly string[];
  from: number;
  until: number;
  /** The approximate maximum of lines per group. */
  most: number;
}

export interface QueueDepth {
  backlog: number;
  inFlight: number;
  delayed: number;
}

export interface ApiPorts {
  system: System;
  /** Log groups of the functions that run a workflow's steps, by the workflow and the step. */
  logGroups: Record<string, Record<string, string>>;
  /** What publishes events from outside. */
  producers: Producer[];
  views: Views;
  approvals: Pick<Approvals, "decide" | "delegate">;
  /** Has a command carried out, and answers its result. */
  control(command: Command): Promise<CommandOutcome>;
  publish: Publisher["publish"];
  /** Whether this is the current token. */
  isToken(token: string): Promise<boolean>;
  signIn: SignIn;
  /** The AWS environment of the deployment. */
  place: { region: string; deployedOn: "aws" | "local" };
  now: Now;
  /** Resolves after `milliseconds`. */
  pause(milliseconds: number): Promise<void>;
  log: Log;
}

/** How users sign in under /api: by a token that the function compares, or by the claims of an issuer. */
export type SignIn = { by: "token" } | ({ by: "issuer" } & IssuerRoles);

export interface IssuerRoles {
  /** The claim that contains the role. */
  roleClaim: string;
  /** Values of the claim, by role. */
  roles: { viewer: string[]; decider: string[]; operator: string[] };
}
