/**
 * What happens to a message: it is finished; or it returns to the queue, at `at` (epoch milliseconds) or
 * after the queue's visibility timeout; or a service throttled the call, and the message returns until the
 * call succeeds.
 */
export type Disposition = "finished" | { at?: number; why: string } | { throttled: string };
