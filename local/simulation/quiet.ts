const turn = setImmediate;

/** Node's types of resources that mean running work: `FSReqPromise`, `RandomBytesRequest`, …. */
const REQUEST = /Req/;
/** Work that ends in one turn of the event loop may begin more in the next. */
const CALM_TURNS = 2;

/**
 * Resolves when this process has nothing left to do but wait: no callback is queued, no file is being read, nothing is
 * computed in the background. Connections and timers are waits: they do not count.
 */
export async function quiet(): Promise<void> {
  watching++;
  for (let calm = 0; calm < CALM_TURNS; ) {
    await new Promise<void>((resolve) => turn(resolve));
    calm = isCalm() ? calm + 1 : 0;
  }
  watching--;
}

/** How many are waiting in `quiet`: each of the others may have a callback of its own queued. */
let watching = 0;

function isCalm(): boolean {
  const resources = process.getActiveResourcesInfo();
  const queued = resources.filter((resource) => resource === "Immediate").length;
  return queued < watching && !resources.some((resource) => REQUEST.test(resource));
}
