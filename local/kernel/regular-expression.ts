import { setFlagsFromString } from "node:v8";
import { createContext, Script } from "node:vm";

/**
 * Regular expressions of users (in JSONata, in a path's filter, in a log filter) must not stop the process:
 * `(a|a)*b` takes time exponential in the length of a text without b. V8 has a second engine, linear in that
 * length, to which it can switch automatically after too many backtracks.
 */
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");

/** What that engine does not support: lookaround, back references, and ignoring case. */
const BEYOND_LINEAR = /\(\?[=!<]|\\[1-9k]/;
const IGNORES_CASE = /[iu]/;

/** In milliseconds; far more than any useful expression needs. */
const LIMIT = 500;

const pending: { run?: () => void } = createContext({});
const SCRIPT = new Script("run()");

/** A regular expression whose search always ends. Throws an Error if it takes too long. */
export class BoundedRegExp extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    if (!BEYOND_LINEAR.test(this.source) && !IGNORES_CASE.test(this.flags)) return super.exec(text);
    let found: RegExpExecArray | null = null;
    pending.run = () => {
      found = super.exec(text);
    };
    try {
      SCRIPT.runInContext(pending, { timeout: LIMIT });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      throw new Error(`The regular expression /${this.source}/ takes too long`);
    }
    return found;
  }

  /** Through `exec`, and so with the same limit. */
  override test(text: string): boolean {
    return this.exec(text) !== null;
  }
}
