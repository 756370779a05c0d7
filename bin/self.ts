import { extname } from "node:path";

/** Whether this is the package, in which everything is compiled, or the sources. */
export const INSTALLED = extname(import.meta.filename) === ".js";

/** How a user calls this command line. */
export const MILLRACE = INSTALLED ? "npx millrace" : "npm run millrace --";

/** How a user starts the local cloud. */
export const LOCAL_CLOUD = INSTALLED ? "npx millrace-local" : "npm start";

/** The folder with the documentation. */
export const DOCS = INSTALLED ? "node_modules/millrace/docs" : "docs";

/** The options that name a deployment. */
export interface Connection {
  stack: string;
  aws?: boolean;
  /** Address of the local cloud. */
  endpoint: string;
}

/** The stack for a command without options. */
export const defaultStack = (): string => process.env.MILLRACE_STACK ?? "Millrace";

/** The address of the local cloud for a command without options. */
export const defaultEndpoint = (): string => `http://127.0.0.1:${process.env.MILLRACE_PORT ?? 4566}`;

let connection = "";

/** Takes over the options of this call for the commands that it prints. */
export function connectAs({ stack, aws, endpoint }: Connection): void {
  const options = [
    ...(stack === defaultStack() ? [] : ["--stack", stack]),
    ...(aws ? ["--aws"] : endpoint === defaultEndpoint() ? [] : ["--endpoint", endpoint]),
  ];
  connection = options.map((option) => `${option} `).join("");
}

/** A command to print, for the deployment that this call is connected to. */
export const commandOf = (rest: string): string => `${MILLRACE} ${connection}${rest}`;
