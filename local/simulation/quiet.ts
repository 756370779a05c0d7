const turn = setImmediate;

/** What Node counts among its resources and is work under way: `Immediate`, `FSReqPromise`, `RandomBytesRequest`, …. */
const WORK = /Immediate|Req/;
/** Work that ends in one turn of the event loop may begin more in the next. */
const CALM_TURNS = 2;

/**
 * Resolves when this process has nothing left to do but wait: no callback is queued, no file is being read, nothing is
 * computed in the background. Connections and timers are waits: they do not count.
 */
export async function quiet(): Promise<void> {
  for (let calm = 0; calm < CALM_TURNS; ) {
    await new Promise<void>((resolve) => turn(resolve));
    calm = process.getActiveResourcesInfo().some((resource) => WORK.test(resource)) ? 0 : calm + 1;
  }
}
