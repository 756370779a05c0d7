import { extname } from "node:path";

/** Whether this is the package, in which everything is compiled, or the sources. */
export const INSTALLED = extname(import.meta.filename) === ".js";

/** How a user calls this command line. */
export const MILLRACE = INSTALLED ? "npx millrace" : "npm run millrace --";
