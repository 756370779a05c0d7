import { stderr } from "node:process";

/** After this time without output, the command shows that it is working. Milliseconds. */
const SILENCE = 1_000;

/**
 * Shows on a terminal that a command is still working, after a second without output and until the next
 * output. Call the returned function to end it.
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
