import type { Server } from "node:http";
import { UserError } from "../kernel/errors.ts";

const SETTINGS = "--port or MILLRACE_PORT";

/** Binds the port. Rejects with a UserError that names the port and what to do. `owner`: the program that is known to use it. */
export function bind(server: Server, host: string, port: number, owner?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(explain(error, host, port, owner));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number, owner?: string): Error {
  if (error.code === "EADDRINUSE") {
    return new UserError(
      `Port ${port} on ${host} is in use by ${owner ?? "another program"}. Stop it, or choose another port with ${SETTINGS}.`,
    );
  }
  if (error.code === "EACCES") {
    return new UserError(
      `Port ${port} on ${host} may not be opened by this user. Choose another with ${SETTINGS}.`,
    );
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new UserError(
      `${host} is not an address of this machine. Leave --host away to listen on 127.0.0.1.`,
    );
  }
  return error;
}
