import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { Archives } from "./archives.ts";
import type { Buses } from "./buses.ts";
import { replayed } from "./event.ts";
import type { Intake } from "./intake.ts";
import { pageByName } from "./page.ts";
import { parseJson } from "./pattern/index.ts";
import {
  alreadyExists,
  limitExceeded,
  NAME,
  notFound,
  operation,
  requireShape,
  requireText,
  validation,
} from "./validation.ts";

type State = "STARTING" | "RUNNING" | "CANCELLING" | "COMPLETED" | "CANCELLED";

interface ReplayRow {
  name: string;
  archive: string;
  bus: string;
  settings: string;
  state: State;
  started: number;
  ended: number | null;
  at_time: number | null;
  at_sequence: number | null;
}

interface ReplaySettings {
  Description?: string;
  /** Seconds. */
  EventStartTime: number;
  EventEndTime: number;
  FilterArns?: string[];
}

const MOST_ACTIVE = 10;
const EVENTS_AT_ONCE = 100;
const ACTIVE = "('STARTING', 'RUNNING', 'CANCELLING')";

/** Delivers archived events to their bus again, page by page; its position is stored in the table. */
export class Replays {
  private readonly kernel: Kernel;
  private readonly buses: Buses;
  private readonly archives: Archives;
  private readonly intake: Intake;
  private stopped = false;

  constructor(kernel: Kernel, buses: Buses, archives: Archives, intake: Intake) {
    this.kernel = kernel;
    this.buses = buses;
    this.archives = archives;
    this.intake = intake;
  }

  /** Continues the replays of the last process. */
  start(): void {
    this.stopped = false;
    const active = this.kernel.store.all<ReplayRow>(
      `SELECT * FROM events_replay WHERE state IN ${ACTIVE} ORDER BY name`,
    );
    for (const { name } of active) this.run(name);
  }

  stop(): void {
    this.stopped = true;
  }

  operations(): Record<string, Operation> {
    const { store, clock } = this.kernel;

    const existing = (input: any): ReplayRow => {
      const name = requireText(input.ReplayName, "replayName", { pattern: NAME, most: 64 });
      const replay = this.find(name);
      if (!replay) throw notFound(`Replay ${name} does not exist.`);
      return replay;
    };

    return {
      StartReplay: operation(
        ["ReplayName", "Description", "EventSourceArn", "EventStartTime", "EventEndTime", "Destination"],
        (input) => {
          const replay = this.read(input);
          store.run(
            "INSERT INTO events_replay VALUES (?, ?, ?, ?, 'STARTING', ?, NULL, NULL, NULL)",
            replay.name,
            replay.archive,
            replay.bus,
            JSON.stringify(replay.settings),
            clock.now(),
          );
          this.run(replay.name);
          return { ReplayArn: this.arn(replay.name), State: "STARTING", ReplayStartTime: clock.now() / 1000 };
        },
      ),

      DescribeReplay: operation(["ReplayName"], (input) => {
        const replay = existing(input);
        const { Description, FilterArns } = JSON.parse(replay.settings) as ReplaySettings;
        return {
          ReplayArn: this.arn(replay.name),
          ...(Description !== undefined && { Description }),
          Destination: { Arn: this.buses.arn(replay.bus), FilterArns: FilterArns ?? [] },
          ...this.summary(replay),
        };
      }),

      ListReplays: operation(["NamePrefix", "EventSourceArn", "State", "Limit", "NextToken"], (input) => {
        const { rows, NextToken } = pageByName<ReplayRow>(store, "events_replay", input, {
          state: input.State,
          archive: input.EventSourceArn === undefined ? undefined : archiveName(input.EventSourceArn),
        });
        return { Replays: rows.map((replay) => this.summary(replay)), NextToken };
      }),

      CancelReplay: operation(["ReplayName"], (input) => {
        const replay = existing(input);
        if (replay.state !== "STARTING" && replay.state !== "RUNNING") {
          throw new ServiceError(
            "IllegalStatusException",
            `Replay ${replay.name} is not in a valid state for this operation.`,
          );
        }
        store.run("UPDATE events_replay SET state = 'CANCELLING' WHERE name = ?", replay.name);
        return { ReplayArn: this.arn(replay.name), State: "CANCELLING" };
      }),
    };
  }

  private arn(name: string): string {
    return this.kernel.arn("events", `replay/${name}`);
  }

  private find(name: string): ReplayRow | undefined {
    return this.kernel.store.get<ReplayRow>("SELECT * FROM events_replay WHERE name = ?", name);
  }

  private read(input: any): { name: string; archive: string; bus: string; settings: ReplaySettings } {
    const { store } = this.kernel;
    const name = requireText(input.ReplayName, "replayName", { pattern: NAME, most: 64 });
    const bus = this.buses.existing(requireText(input.Destination?.Arn, "destination.arn"));
    const archive = archiveName(requireText(input.EventSourceArn, "eventSourceArn"));
    const source = this.archives.find(archive);
    if (!source)
      throw validation(`Parameter EventSourceArn is not valid. Reason: Archive ${archive} does not exist.`);
    const { EventStartTime, EventEndTime, Description } = input;
    if (!(EventStartTime < EventEndTime)) {
      throw validation(
        "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
      );
    }
    if (source.bus !== bus) {
      throw validation(
        "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.",
      );
    }
    if (this.find(name)) throw alreadyExists(`Replay ${name} already exists.`);
    const active = store.get<{ n: number }>(
      `SELECT count(*) AS n FROM events_replay WHERE state IN ${ACTIVE}`,
    );
    if (active!.n >= MOST_ACTIVE) throw limitExceeded();
    const { FilterArns } = input.Destination;
    if (FilterArns !== undefined) requireShape(FilterArns, "destination.filterArns", "list");
    return { name, archive, bus, settings: { Description, EventStartTime, EventEndTime, FilterArns } };
  }

  private summary({ name, archive, settings, state, started, ended, at_time: at }: ReplayRow) {
    const { EventStartTime, EventEndTime } = JSON.parse(settings) as ReplaySettings;
    return {
      ReplayName: name,
      EventSourceArn: this.archives.arn(archive),
      State: state,
      EventStartTime,
      EventEndTime,
      ReplayStartTime: started / 1000,
      ...(at !== null && { EventLastReplayedTime: at / 1000 }),
      ...(ended !== null && { ReplayEndTime: ended / 1000 }),
    };
  }

  private run(name: string): void {
    this.kernel.work.start(`events: replay ${name}`, async () => {
      do await this.kernel.store.flushed();
      while (!this.stopped && this.replayPage(name));
    });
  }

  /** Accepts the next events of the replay, and moves it on with them. Returns whether it continues. */
  private replayPage(name: string): boolean {
    const { store, clock } = this.kernel;
    const replay = this.find(name)!;
    const finish = (state: State): false => {
      store.run("UPDATE events_replay SET state = ?, ended = ? WHERE name = ?", state, clock.now(), name);
      return false;
    };
    if (replay.state === "CANCELLING") return finish("CANCELLED");

    const { EventStartTime, EventEndTime, FilterArns } = JSON.parse(replay.settings) as ReplaySettings;
    const rules = FilterArns?.length ? new Set(FilterArns) : undefined;
    const page = store.all<{ sequence: number; time: number; event: string }>(
      `SELECT sequence, time, event FROM events_archived
       WHERE archive = ? AND (time, sequence) > (?, ?) AND time <= ? ORDER BY time, sequence LIMIT ?`,
      replay.archive,
      replay.at_time ?? EventStartTime * 1000,
      replay.at_sequence ?? -1,
      EventEndTime * 1000,
      EVENTS_AT_ONCE,
    );
    const last = page.at(-1);
    if (!last) return finish("COMPLETED");
    this.intake.atomically(({ accept }) => {
      for (const { event } of page) accept(replay.bus, replayed(parseJson(event), name), { rules });
      store.run(
        "UPDATE events_replay SET state = 'RUNNING', at_time = ?, at_sequence = ? WHERE name = ?",
        last.time,
        last.sequence,
        name,
      );
    });
    return true;
  }
}

function archiveName(arn: string): string {
  return /:archive\/(.+)$/.exec(arn)?.[1] ?? arn;
}
