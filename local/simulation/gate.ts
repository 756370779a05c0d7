import { quiet } from "./quiet.ts";

interface Waiter {
  place: number;
  arrival: number;
  open(): void;
}

/**
 * The gate between the code of functions and the cloud: whatever leaves an environment (a call, an answer) waits here
 * until nothing else moves, then one continues. So the order in which things happen is decided by `pick`, and by
 * nothing that depends on the machine; and each order that concurrent invocations could take can be taken.
 */
export class Gate {
  private readonly pick: (waiting: number) => number;
  private readonly waiting: Waiter[] = [];
  private arrivals = 0;
  private serving: Promise<void> | undefined;

  /** `pick` chooses among so many by index: they are in the order of their places. */
  constructor(pick: (waiting: number) => number) {
    this.pick = pick;
  }

  /** Resolves when the turn has come of what leaves `place` (the number of an environment). */
  pass(place: number): Promise<void> {
    return new Promise((open) => {
      this.waiting.push({ place, arrival: this.arrivals++, open });
      void this.settled();
    });
  }

  /** Resolves when nothing waits and nothing moves. */
  settled(): Promise<void> {
    this.serving ??= this.serve().finally(() => {
      this.serving = undefined;
    });
    return this.serving;
  }

  private async serve(): Promise<void> {
    for (await quiet(); this.waiting.length > 0; await quiet()) {
      this.waiting.sort(inOrder);
      const [next] = this.waiting.splice(this.pick(this.waiting.length), 1);
      next!.open();
    }
  }
}

/** By place first: what two environments do at the same time may arrive in either order. */
const inOrder = (a: Waiter, b: Waiter) => a.place - b.place || a.arrival - b.arrival;
