import { stderr } from "node:process";

/** How long a command may be silent, milliseconds. */
const SILENCE = 1_000;

/**
 * Says on a terminal that a command is still working, from when nothing was printed for a second until something is. Call the
 * answer to end it.
 */
export function showBusy(what: string): () => void {
  if (!stderr.isTTY) return () => {};
  const began = performance.now();
  let isShown = false;
  const timer = setInterval(() => {
    isShown = true;
    stderr.write(`\r${what} … ${Math.round((performance.now() - began) / 1_000)} s`);
  }, SILENCE);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (isShown) stderr.write("\r\u001b[K");
    isShown = false;
  };
}
