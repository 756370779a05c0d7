import { type Random, seededRandom } from "../../local/kernel/random.ts";

export type Trouble = "crash-before" | "crash-after" | "throttle" | "lost" | "slow";

/** How often what goes wrong: chances in [0, 1]. Each can be 0, for shrinking a history that fails. */
export interface Weather {
  crash: number;
  throttle: number;
  lost: number;
  slow: number;
  /** Messages and events that come twice. */
  double: number;
  /** Messages that come late, up to half an hour. */
  late: number;
  /** Messages of executions that are lost for good. */
  loss: number;
  /** Indexes know of a write late. */
  lag: number;
  /** Reads that need not be consistent show the past. */
  stale: number;
  /** Clocks of functions are off by up to two seconds. */
  skew: number;
  /** Status changes of executions that are not published. */
  unannounced: number;
  /** Messages that were handled and are delivered again. */
  undeleted: number;
  /** Events that the bus refuses. */
  refused: number;
  /** Statements of one function that are throttled for minutes. */
  drought: number;
  /** What steps do instead of succeeding. */
  failure: number;
}

export const KINDS = [
  "crash",
  "throttle",
  "lost",
  "slow",
  "double",
  "late",
  "loss",
  "lag",
  "stale",
  "skew",
  "unannounced",
  "undeleted",
  "refused",
  "drought",
  "failure",
] as (keyof Weather)[];

/** The highest rate of each. */
const MOST: Weather = {
  crash: 0.02,
  throttle: 0.03,
  lost: 0.03,
  slow: 0.02,
  double: 0.1,
  late: 0.05,
  loss: 0.01,
  lag: 0.5,
  stale: 0.5,
  skew: 1,
  unannounced: 0.3,
  undeleted: 0.05,
  refused: 0.05,
  drought: 1,
  failure: 0.3,
};

/** The weather of a seed: some kinds of trouble, seldom all. */
export function weatherOf(seed: string): Weather {
  const random = seededRandom(`${seed}:weather`);
  return Object.fromEntries(
    KINDS.map((kind) => [kind, random.fraction() < 0.4 ? MOST[kind] * random.fraction() : 0]),
  ) as unknown as Weather;
}

/** Decides what goes wrong, from its own source for each kind, so that leaving one out changes the others as little as can be. */
export class Dice {
  private readonly weather: Weather;
  private readonly sources = new Map<string, Random>();
  private readonly seed: string;
  private readonly muted: ReadonlySet<string>;
  private readonly counts = new Map<string, number>();
  private readonly droughts: { function: number; operation: string; from: number; to: number }[] = [];
  /** What went wrong, in order: "crash#3 plan-trip: charge dynamodb:Update". */
  readonly fired: string[] = [];
  /** From then on nothing goes wrong any more. */
  calm = false;

  constructor(seed: string, weather: Weather, muted: ReadonlySet<string> = new Set()) {
    this.seed = seed;
    this.weather = weather;
    this.muted = muted;
    const random = this.of("drought");
    if (random.fraction() < weather.drought) {
      const operations = ["dynamodb:Put", "dynamodb:Update", "dynamodb:Query", "dynamodb:BatchGet"];
      operations.push(
        "sqs:SendMessageBatch",
        "states:StartExecution",
        "states:SendTaskSuccess",
        "events:PutEvents",
      );
      const from = random.fraction() * 1_800_000;
      const operation = operations[Math.floor(random.fraction() * operations.length)]!;
      this.droughts.push({
        function: random.fraction(),
        operation,
        from,
        to: from + random.fraction() * 900_000,
      });
    }
  }

  private of(kind: string): Random {
    const source = this.sources.get(kind) ?? quick(`${this.seed}:${kind}`);
    this.sources.set(kind, source);
    return source;
  }

  private happens(kind: keyof Weather, chance = this.weather[kind], about = ""): boolean {
    const hit = this.of(kind).fraction() < chance;
    if (!hit || this.calm) return false;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const id = `${kind}#${count}`;
    if (this.muted.has(id)) return false;
    this.fired.push(about ? `${id} ${about}` : id);
    return true;
  }

  private start: number | undefined;

  trouble(name: string, service: string, operation: string, now: number): Trouble | undefined {
    this.start ??= now;
    const called = `${service}:${operation}`;
    const about = `${name} ${called}`;
    for (const { operation: dry, from, to, function: at } of this.droughts) {
      const passed = now - this.start;
      if (!this.calm && dry === called && passed >= from && passed < to && fractionOf(name) < at)
        return "throttle";
    }
    if (this.happens("crash", this.weather.crash, about))
      return this.of("side").fraction() < 0.5 ? "crash-before" : "crash-after";
    if (this.happens("throttle", this.weather.throttle, about)) return "throttle";
    if (this.happens("lost", this.weather.lost, about)) return "lost";
    if (this.happens("slow", this.weather.slow, about)) return "slow";
    return undefined;
  }

  latency(trouble: Trouble | undefined): number {
    const fraction = this.of("latency").fraction();
    return trouble === "slow" ? Math.floor(1000 + fraction * 7000) : 1 + Math.floor(fraction * 20);
  }

  isDoubled = () => this.happens("double");
  isStale = () => this.happens("stale");
  isUnannounced = () => this.happens("unannounced");
  isUndeleted = () => this.happens("undeleted");
  isRefused = () => this.happens("refused");

  /** Milliseconds; what an execution sends to a step, a wait or a person may be lost for good. */
  late(body: string): number {
    if (SENT_BY_EXECUTIONS.test(body) && this.happens("loss")) return 40 * 24 * 3_600_000;
    return this.happens("late") ? Math.floor(this.of("lateness").fraction() ** 3 * 1_800_000) : 0;
  }

  indexLag = () => (this.happens("lag") ? Math.floor(this.of("lags").fraction() * 1500) : 0);
  deliveryDelay = () => 10 + Math.floor(this.of("delivery").fraction() * 300);
  pollDelay = () => 1 + Math.floor(this.of("poll").fraction() * 50);
  batch = () => 1 + Math.floor(this.of("batch").fraction() * 4);
  reconcileAfter = () => 300_000 + Math.floor(this.of("sweep").fraction() * 900_000);

  /** Of one invocation, milliseconds. */
  skew(): number {
    if (this.weather.skew === 0) return 0;
    return Math.floor((this.of("skew").fraction() - 0.5) * 4000 * this.weather.skew);
  }

  /** What a step's code comes to. */
  work(): "done" | "retry" | "give-up" | "ask" | "wait" | "slow" | "too slow" {
    if (!this.happens("failure")) return "done";
    const fraction = this.of("failures").fraction();
    if (fraction < 0.35) return "retry";
    if (fraction < 0.5) return "give-up";
    if (fraction < 0.6) return "ask";
    if (fraction < 0.75) return "wait";
    return fraction < 0.95 ? "slow" : "too slow";
  }

  fraction(purpose: string): number {
    return this.of(purpose).fraction();
  }
}

const SENT_BY_EXECUTIONS = /"taskToken"|"kind":"(?:signal|cancel-on|child)"/;

function fractionOf(name: string): number {
  let hash = 17;
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) % 9973;
  return hash / 9973;
}

/** A source that costs little for each number: sfc32, begun from a digest of the seed. */
export function quick(seed: string): Random {
  const bytes = seededRandom(seed).bytes(16);
  let a = bytes.readInt32LE(0);
  let b = bytes.readInt32LE(4);
  let c = bytes.readInt32LE(8);
  let d = bytes.readInt32LE(12);
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  const more = (length: number) => Buffer.from(Array.from({ length }, () => next() & 255));
  return {
    fraction: () => next() / 2 ** 32,
    bytes: more,
    uuid() {
      const hex = more(16).toString("hex");
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `a${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join("-");
    },
  };
}
