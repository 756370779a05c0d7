/** The outcome of one request of a call. */
export type Outcome<Answer> =
  | { answer: Answer }
  | { refused: unknown }
  /**
   * The service left this request unprocessed. If that happens in every attempt, the outcome is this error.
   */
  | { leftOver: Error };

/** A call that carries several requests, with its limits. */
export interface BatchCall<Request, Answer> {
  /**
   * Makes the call. Answers the outcome of each request, in their order. Anything thrown concerns all of
   * them.
   */
  send(requests: Request[]): Promise<Outcome<Answer>[]>;
  /** Maximum number of requests in a call. */
  most: number;
  /** Maximum size of a call, and the size of a request. @default no limit */
  size?: { most: number; of(request: Request): number };
  /** Two requests of the same name are never in the same call. @default no restriction */
  nameOf?(request: Request): string;
  /** Calls that may be in flight at the same time. @default 2: with one, latency limits; with more, batches are small */
  inFlight?: number;
  /** Maximum number of attempts for a request that the service leaves unprocessed. @default 6 */
  attempts?: number;
  pause?: Pause;
}

export type Pause = (milliseconds: number) => Promise<unknown>;

const FIRST_PAUSE = 50;
const wait: Pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Waiting<Request, Answer> {
  request: Request;
  size: number;
  tries: number;
  settle: PromiseWithResolvers<Answer>;
}

/**
 * Group commit: requests that are made at the same time share a call. A request does not wait for others: the
 * call is sent at the end of the event loop's turn, and requests that arrive while calls are in flight form
 * the next. Each request has its own answer, error and attempts, as if it were alone.
 */
export class Batching<Request, Answer> {
  readonly call: BatchCall<Request, Answer>;
  private waiting: Waiting<Request, Answer>[] = [];
  private calls = 0;
  private isScheduled = false;

  constructor(call: BatchCall<Request, Answer>) {
    this.call = call;
  }

  ask(request: Request): Promise<Answer> {
    const size = this.call.size?.of(request) ?? 0;
    const settle = Promise.withResolvers<Answer>();
    this.enqueue({ request, size, tries: 0, settle });
    return settle.promise;
  }

  private enqueue(one: Waiting<Request, Answer>): void {
    this.waiting.push(one);
    this.schedule();
  }

  /** At the end of the turn, so that requests caused by this turn's answers are included. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      while (this.waiting.length > 0 && this.calls < (this.call.inFlight ?? 2)) void this.leave(this.take());
    });
  }

  /** The requests of one call: the first that wait, no two of the same name. */
  private take(): Waiting<Request, Answer>[] {
    const { most, size, nameOf } = this.call;
    const names = new Set<string>();
    const taken: Waiting<Request, Answer>[] = [];
    const left: Waiting<Request, Answer>[] = [];
    let room = size?.most ?? 0;
    let isFull = false;
    for (const one of this.waiting) {
      const name = nameOf?.(one.request);
      const isSecond = name !== undefined && names.has(name);
      if (name !== undefined) names.add(name);
      isFull ||= taken.length === most || (taken.length > 0 && size !== undefined && one.size > room);
      if (isFull || isSecond) {
        left.push(one);
        continue;
      }
      taken.push(one);
      room -= one.size;
    }
    this.waiting = left;
    return taken;
  }

  private async leave(batch: Waiting<Request, Answer>[]): Promise<void> {
    this.calls++;
    for (const one of batch) one.tries++;
    try {
      await this.deliver(batch);
    } finally {
      this.calls--;
      if (this.waiting.length > 0) this.schedule();
    }
  }

  private async deliver(batch: Waiting<Request, Answer>[]): Promise<void> {
    try {
      const outcomes = await this.call.send(batch.map(({ request }) => request));
      for (const [at, one] of batch.entries()) this.conclude(one, outcomes[at]!);
    } catch (error) {
      // One request can make the service refuse the whole call. Alone, each gets its own answer.
      if (batch.length > 1 && isAboutRequest(error)) for (const one of batch) await this.deliver([one]);
      else for (const { settle } of batch) settle.reject(error);
    }
  }

  private conclude(one: Waiting<Request, Answer>, outcome: Outcome<Answer>): void {
    const { settle, tries } = one;
    const { attempts = 6, pause = wait } = this.call;
    if ("answer" in outcome) settle.resolve(outcome.answer);
    else if ("refused" in outcome) settle.reject(outcome.refused);
    else if (tries >= attempts) settle.reject(outcome.leftOver);
    else void pause(FIRST_PAUSE * 2 ** (tries - 1)).then(() => this.enqueue(one));
  }
}

/** Errors of the SDK for invalid calls, such as too large ones: nothing was carried out. */
function isAboutRequest(error: unknown): boolean {
  const { name } = error as Error;
  return (
    name === "ValidationException" || name === "AccessDeniedException" || name.includes("RequestTooLong")
  );
}
