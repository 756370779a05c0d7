import { hasCode, ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { queueUrl } from "../../kernel/queue-url.ts";
import type { Background } from "../background.ts";
import { conflict, invalidParameter, notFound } from "../errors.ts";
import type { Functions, Target } from "../functions.ts";
import type { Invocations } from "../invocations.ts";
import { functionArn, readFunctionName } from "../names.ts";
import { page } from "../page.ts";
import type { Mapping, Poller } from "./mapping.ts";
import { type MappingRow, MappingTable } from "./mapping-table.ts";
import { eventOf } from "./record-text.ts";
import { checkStartingPosition, type MappingSettings, readMappingSettings, sourceKind } from "./settings.ts";
import { Shards } from "./shards.ts";
import { SqsPoller } from "./sqs-poller.ts";
import { StreamPoller } from "./stream-poller.ts";

/** The event source mappings and their pollers. */
export class Mappings {
  private readonly kernel: Kernel;
  private readonly functions: Functions;
  private readonly invocations: Invocations;
  private readonly background: Background;
  private readonly table: MappingTable;
  private readonly pollers = new Map<string, Poller>();
  /** The result of each mapping's last batch. */
  private readonly results = new Map<string, string>();
  private started = false;

  constructor(kernel: Kernel, functions: Functions, invocations: Invocations, background: Background) {
    this.kernel = kernel;
    this.functions = functions;
    this.invocations = invocations;
    this.background = background;
    this.table = new MappingTable(kernel.store);
  }

  readonly operations = {
    CreateEventSourceMapping: (input: any) => this.create(input),
    GetEventSourceMapping: (input: any) => this.present(this.row(input.UUID)),
    ListEventSourceMappings: (input: any) => {
      const { FunctionName, EventSourceArn } = input;
      const name = FunctionName === undefined ? null : readFunctionName(this.kernel, FunctionName).name;
      const rows = this.table.list(name, EventSourceArn ?? null);
      const { items, NextMarker } = page(rows, input, 100);
      return {
        EventSourceMappings: items.map((row) => this.present(row)),
        ...(NextMarker && { NextMarker }),
      };
    },
    UpdateEventSourceMapping: (input: any) => {
      const { UUID, ...parameters } = input;
      return this.change(this.row(UUID), parameters);
    },
    DeleteEventSourceMapping: (input: any) => {
      const row = this.row(input.UUID);
      this.remove(row.uuid);
      return { ...this.present(row), State: "Deleting" };
    },
  };

  start(): void {
    this.started = true;
    for (const row of this.table.list()) {
      if (row.enabled && sourceKind(row.source) !== "stream")
        this.kernel.service("sqs")?.giveBack?.(row.source);
      this.poll(row);
    }
  }

  stop(): void {
    this.started = false;
    for (const poller of this.pollers.values()) poller.stop();
    this.pollers.clear();
  }

  /** Creates the mapping of a template's resource, or updates its properties. Returns its UUID. */
  async deploy(resource: string, input: any): Promise<string> {
    const { EventSourceArn, ...parameters } = input;
    const { name } = readFunctionName(this.kernel, input.FunctionName);
    const row = this.table.ofResource(resource);
    if (row && row.source === EventSourceArn && row.function === name) {
      const { StartingPosition } = JSON.parse(row.settings);
      this.change({ ...row, settings: JSON.stringify({ StartingPosition }) }, parameters);
      return row.uuid;
    }
    if (row) this.remove(row.uuid);
    const { UUID } = await this.create(input, resource);
    return UUID;
  }

  remove(uuid: string): void {
    this.pollers.get(uuid)?.stop();
    this.pollers.delete(uuid);
    this.table.remove(uuid);
  }

  has(uuid: string): boolean {
    return this.table.get(uuid) !== undefined;
  }

  tags(uuid: string): Record<string, string> {
    return this.table.tags(uuid);
  }

  setTags(uuid: string, tags: Record<string, string>): void {
    this.table.setTags(uuid, tags);
  }

  private async create(input: any, resource: string | null = null) {
    const { random, clock } = this.kernel;
    const { EventSourceArn, FunctionName, Enabled = true, Tags = {}, ...rest } = input;
    const { StartingPositionTimestamp: _timestamp, ...parameters } = rest;
    if (EventSourceArn == null) throw invalidParameter("Unrecognized event source.");
    const kind = sourceKind(EventSourceArn);
    if (kind === "stream") checkStartingPosition(EventSourceArn, parameters.StartingPosition);
    const settings = readMappingSettings(kind, parameters);
    const { version, qualifier = null } = this.target(FunctionName);
    const twin = this.table.twin({ source: EventSourceArn, function: version.name, qualifier });
    if (twin) throw alreadyMapped(kind, twin);
    const row: MappingRow = {
      uuid: random.uuid(),
      resource,
      function: version.name,
      qualifier,
      source: EventSourceArn,
      settings: JSON.stringify(settings),
      enabled: isTrue(Enabled) ? 1 : 0,
      modified: clock.now(),
    };
    await this.checkSource(row, settings);
    this.table.add(row);
    this.setTags(row.uuid, Tags);
    this.poll(row);
    return { ...this.present(row), ...(row.enabled && { State: "Creating" }) };
  }

  /** The function that a mapping names. */
  private target(name: unknown): Target {
    const reference = readFunctionName(this.kernel, name);
    if (!this.functions.has(reference.name)) throw invalidParameter("Function does not exist");
    return this.functions.resolve(reference.name, reference.qualifier);
  }

  /** Reads the source once, as the function's role: a mapping of a source that does not exist is refused. */
  private async checkSource(row: MappingRow, settings: MappingSettings): Promise<void> {
    const role = () => this.functions.resolve(row.function).version.settings.Role;
    if (sourceKind(row.source) === "stream") {
      const shards = new Shards(this.kernel, row.source, row.uuid, role);
      const meet = () => (settings.StartingPosition === "LATEST" ? shards.skipToLatest() : shards.list());
      return await meet().then(
        () => {},
        (error: unknown) => {
          if (!hasCode(error, "ResourceNotFoundException")) throw error;
          throw invalidParameter(`Stream not found: ${row.source}`);
        },
      );
    }
    const input = { QueueUrl: queueUrl(this.kernel, row.source), AttributeNames: ["VisibilityTimeout"] };
    await this.kernel.call("sqs", "GetQueueAttributes", input, { caller: role() }).catch((error: Error) => {
      const code = error instanceof ServiceError ? (error.details.queryErrorCode ?? error.code) : error.name;
      throw invalidParameter(
        `Error occurred while ReceiveMessage. SQS Error Code: ${code}. SQS Error Message: ${error.message}`,
      );
    });
  }

  private change(row: MappingRow, { Enabled, FunctionName, Tags, ...parameters }: any) {
    const settings = readMappingSettings(sourceKind(row.source), parameters, JSON.parse(row.settings));
    const target = FunctionName === undefined ? undefined : this.target(FunctionName);
    const changed: MappingRow = {
      ...row,
      ...(target && { function: target.version.name, qualifier: target.qualifier ?? null }),
      settings: JSON.stringify(settings),
      enabled: Enabled === undefined ? row.enabled : isTrue(Enabled) ? 1 : 0,
      modified: this.kernel.clock.now(),
    };
    this.table.change(changed);
    if (Tags !== undefined) this.setTags(row.uuid, Tags);
    this.poll(changed);
    const toggled = changed.enabled ? "Enabling" : "Disabling";
    return { ...this.present(changed), State: changed.enabled === row.enabled ? "Updating" : toggled };
  }

  /** Replaces the poller by one with the mapping's current settings. */
  private poll(row: MappingRow): void {
    this.pollers.get(row.uuid)?.stop();
    this.pollers.delete(row.uuid);
    if (!this.started || !row.enabled) return;
    const mapping = this.mapping(row);
    const poller =
      sourceKind(row.source) === "stream"
        ? new StreamPoller(this.kernel, mapping)
        : new SqsPoller(this.kernel, mapping);
    this.pollers.set(row.uuid, poller);
    poller.start();
  }

  private mapping(row: MappingRow): Mapping {
    const target = () => this.functions.resolve(row.function, row.qualifier ?? undefined);
    return {
      uuid: row.uuid,
      name: `lambda: mapping ${row.uuid}`,
      source: row.source,
      settings: JSON.parse(row.settings),
      background: this.background,
      functionArn: () => this.functionArn(row),
      role: () => target().version.settings.Role,
      whenFree: (isBehind) => this.invocations.whenFree(target(), isBehind),
      invoke: async (records, trace) => {
        return this.invocations.run(target(), {
          event: eventOf(records),
          requestId: this.kernel.random.uuid(),
          trace,
        });
      },
      report: (result) => {
        this.results.set(row.uuid, result);
      },
    };
  }

  private row(uuid: unknown): MappingRow {
    const row = this.table.get(String(uuid));
    if (!row) throw notFound("The resource you requested does not exist.");
    return row;
  }

  private functionArn(row: MappingRow): string {
    return functionArn(this.kernel, row.function, row.qualifier ?? undefined);
  }

  private present(row: MappingRow) {
    const isStream = sourceKind(row.source) === "stream";
    const { FilterCriteria, ...settings }: MappingSettings = JSON.parse(row.settings);
    return {
      UUID: row.uuid,
      ...settings,
      ...(FilterCriteria.Filters.length > 0 && { FilterCriteria }),
      EventSourceArn: row.source,
      FunctionArn: this.functionArn(row),
      LastModified: row.modified / 1000,
      ...(isStream && { LastProcessingResult: this.results.get(row.uuid) ?? "No records processed" }),
      State: row.enabled ? "Enabled" : "Disabled",
      StateTransitionReason: isStream ? "User action" : "USER_INITIATED",
      EventSourceMappingArn: this.kernel.arn("lambda", `event-source-mapping:${row.uuid}`),
    };
  }
}

/** The messages differ by source. */
function alreadyMapped(
  kind: "queue" | "fifo" | "stream",
  { source, function: name, uuid }: MappingRow,
): ServiceError {
  const instead = `Please update or delete the existing mapping with UUID ${uuid}`;
  return conflict(
    kind === "stream"
      ? `The event source arn (" ${source} ") and function (" ${name} ") provided mapping already exists. ${instead}`
      : `An event source mapping with SQS arn (" ${source} ") and function (" ${name} ") already exists. ${instead}`,
  );
}

const isTrue = (value: unknown) => String(value) === "true";
