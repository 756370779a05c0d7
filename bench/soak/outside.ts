import * as failures from "../../lib/contract/failure.ts";
import { NoteSent, TripDone } from "./app/definitions.ts";
import type { Dice } from "./dice.ts";

/** One try of a piece of work, as the world outside has seen it. */
export interface Try {
  key: string;
  step: string;
  run: string;
  began: number;
  /** The release whose code does it, where several are deployed. */
  release: number | undefined;
  ended?: "done" | "failed";
}

/** What is asked when work begins, for invariants that hold on the way. */
export type Watch = (work: Try) => void;

/** What work is done with: how failures are made that the runtime around it knows, and how time passes. */
export interface Means {
  failures: Pick<typeof failures, "ask" | "giveUp" | "waitAndRetry">;
  sleep(milliseconds: number): Promise<void>;
}

const OWN: Means = {
  failures,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** The world outside: it remembers which work was begun, and which effects it has seen, each under its idempotency key. */
export class Outside {
  readonly tries: Try[] = [];
  /** When an effect happened first, by its key. */
  readonly happened = new Map<string, { step: string; run: string; at: number }>();
  /** What calls cost, by the key under which they were made: twice under the same is once. */
  readonly spent = new Map<string, { run: string; usd: number }>();
  private readonly dice: Dice;
  private readonly now: () => number;
  watch: Watch = () => {};

  constructor(dice: Dice, now: () => number) {
    this.dice = dice;
    this.now = now;
  }

  async work(
    step: string,
    context: any,
    { failures, sleep }: Means,
    release: number | undefined = undefined,
  ): Promise<void> {
    const { idempotencyKey: key, run } = context;
    const one: Try = { key, step, run: run?.id ?? key, began: this.now(), release };
    this.tries.push(one);
    this.watch(one);
    try {
      const how = this.dice.work();
      const pause =
        how === "slow" ? 1000 + this.dice.fraction("pauses") * 15_000 : how === "too slow" ? 25_000 : 5;
      await sleep(Math.floor(pause));
      if (how === "retry") throw new Error("The other side was not there.");
      if (how === "give-up") throw failures.giveUp("The other side refuses.");
      if (how === "ask") throw failures.ask("The other side is not sure.");
      if (how === "wait") throw failures.waitAndRetry("The other side wants to be left alone.", 15_000);
      if (step === "charge" || step === "book-flight") {
        await context.spend({ usd: 0.2 }, async () => {
          this.spent.set(key, { run: one.run, usd: 0.15 });
          return { value: undefined, actual: { usd: 0.15 } };
        });
      }
      if (!this.happened.has(key)) this.happened.set(key, { step, run: one.run, at: this.now() });
      one.ended = "done";
    } catch (error) {
      one.ended = "failed";
      throw error;
    }
  }
}

/** What is outside of the simulation of the current seed: one at a time in a process. */
let outside: Outside | undefined;

export function meet(next: Outside): void {
  outside = next;
}

/** What a step's handler does. */
export function codeOf(step: string, means: Means = OWN, release?: number) {
  return async (input: any, context: any): Promise<any> => {
    await outside!.work(step, context, means, release);
    if (step === "charge" || step === "hand-out") await context.emit(TripDone, { id: input.id });
    return { ref: `${input.id ?? input.input.id}/${step}` };
  };
}

export function noteOf(means: Means = OWN) {
  return async (event: any, context: any): Promise<void> => {
    await outside!.work("send-note", context, means);
    await context.emit(NoteSent, { id: event.id });
  };
}
