export type Pause = (milliseconds: number) => Promise<unknown>;

export const TRIES = 5;
const FIRST_PAUSE = 50;

const wait: Pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Makes a batch call of DynamoDB, which answers what it left for later, and again for that, after a pause that grows.
 * Answers what is still left after the last try.
 */
export async function retryLeftOver<Part>(
  parts: readonly Part[],
  call: (parts: Part[]) => Promise<Part[] | undefined>,
  pause = wait,
): Promise<Part[]> {
  let left = [...parts];
  for (let tries = 0; left.length > 0 && tries < TRIES; tries++) {
    if (tries > 0) await pause(FIRST_PAUSE * 2 ** (tries - 1));
    left = (await call(left)) ?? [];
  }
  return left;
}
