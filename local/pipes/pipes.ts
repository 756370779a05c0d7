import type { Kernel } from "../kernel/kernel.ts";
import { Background } from "../lambda/background.ts";
import type { Mapping, Poller } from "../lambda/mappings/mapping.ts";
import { POSITIONS, Shards } from "../lambda/mappings/shards.ts";
import { SqsPoller } from "../lambda/mappings/sqs-poller.ts";
import { StreamPoller } from "../lambda/mappings/stream-poller.ts";
import { conflict, missing, notFound } from "./errors.ts";
import { type Pipe, run } from "./run.ts";
import { checkSettings, type PipeSettings, pollSettings, sourceKind } from "./settings.ts";

const TABLES = `
  ${POSITIONS}
  CREATE TABLE IF NOT EXISTS pipes_pipe (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    created REAL NOT NULL,
    modified REAL NOT NULL
  ) WITHOUT ROWID`;

export interface PipeRow {
  name: string;
  /** JSON text. */
  settings: string;
  /** Seconds. */
  created: number;
  modified: number;
}

/** The pipes, each with a poller of its source while it runs. */
export class Pipes {
  private readonly kernel: Kernel;
  private readonly background: Background;
  private readonly pollers = new Map<string, Poller>();
  private started = false;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.background = new Background(kernel);
    kernel.store.define(TABLES);
  }

  arn(name: string): string {
    return this.kernel.arn("pipes", `pipe/${name}`);
  }

  find(name: string): PipeRow | undefined {
    return this.kernel.store.get<PipeRow>("SELECT * FROM pipes_pipe WHERE name = ?", name);
  }

  existing(name: string | undefined): PipeRow {
    if (name === undefined) throw missing("Name");
    const row = this.find(name);
    if (!row) throw notFound(name);
    return row;
  }

  all(): PipeRow[] {
    return this.kernel.store.all<PipeRow>("SELECT * FROM pipes_pipe ORDER BY name");
  }

  async create(name: string, settings: Partial<PipeSettings>): Promise<PipeRow> {
    checkSettings(settings);
    if (this.find(name)) throw conflict(name);
    if (sourceKind(settings.Source) === "dynamodb") {
      const { StartingPosition } = pollSettings(settings);
      const shards = this.shards(name, settings);
      if (StartingPosition === "LATEST") await shards.skipToLatest();
    }
    return this.write(name, settings, this.kernel.clock.now() / 1000);
  }

  update(row: PipeRow, settings: Partial<PipeSettings>): PipeRow {
    checkSettings(settings);
    return this.write(row.name, settings, row.created);
  }

  remove({ name, settings }: PipeRow): void {
    this.pollers.get(name)?.stop();
    this.pollers.delete(name);
    this.kernel.store.run("DELETE FROM pipes_pipe WHERE name = ?", name);
    this.shards(name, JSON.parse(settings)).forget();
  }

  start(): void {
    this.started = true;
    for (const row of this.all()) this.poll(row);
  }

  async stop(): Promise<void> {
    this.started = false;
    for (const poller of this.pollers.values()) poller.stop();
    this.pollers.clear();
    await this.background.idle();
  }

  private write(name: string, settings: PipeSettings, created: number): PipeRow {
    const row = {
      name,
      settings: JSON.stringify(settings),
      created,
      modified: this.kernel.clock.now() / 1000,
    };
    this.kernel.store.run(
      "INSERT OR REPLACE INTO pipes_pipe VALUES (?, ?, ?, ?)",
      row.name,
      row.settings,
      row.created,
      row.modified,
    );
    this.poll(row);
    return row;
  }

  private shards(name: string, { Source, RoleArn }: PipeSettings): Shards {
    return new Shards(this.kernel, Source, this.arn(name), () => RoleArn);
  }

  /** Replaces the poller by one with the pipe's current settings. */
  private poll({ name, settings: text }: PipeRow): void {
    this.pollers.get(name)?.stop();
    this.pollers.delete(name);
    const settings: PipeSettings = JSON.parse(text);
    if (!this.started || settings.DesiredState === "STOPPED") return;
    const mapping = this.mapping({ name, arn: this.arn(name), settings });
    const Kind = sourceKind(settings.Source) === "sqs" ? SqsPoller : StreamPoller;
    const poller = new Kind(this.kernel, mapping);
    this.pollers.set(name, poller);
    poller.start();
  }

  /** The pipe as what a poller serves: a function that reports the records that failed. */
  private mapping(pipe: Pipe): Mapping {
    const { settings, arn } = pipe;
    return {
      uuid: arn,
      name: `pipes: ${arn}`,
      source: settings.Source,
      settings: pollSettings(settings),
      background: this.background,
      functionArn: () => arn,
      role: () => settings.RoleArn,
      whenFree: () => undefined,
      invoke: async (records) => {
        const done = { requestId: this.kernel.random.uuid(), executedVersion: "$LATEST", logTail: "" };
        try {
          const refused = await run(this.kernel, pipe, records);
          const batchItemFailures = refused.map((position) => ({ itemIdentifier: idOf(records[position]) }));
          return { ...done, payload: JSON.stringify({ batchItemFailures }), failed: false };
        } catch (error) {
          this.kernel.report(`pipes: ${arn}: ${(error as Error).message}. The batch is tried again.`);
          return { ...done, payload: "null", failed: true };
        }
      },
      report: () => {},
    };
  }
}

const idOf = (record: any): string => record.messageId ?? record.dynamodb.SequenceNumber;
