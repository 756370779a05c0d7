import { type Outbound, OutboundError } from "../kernel/outbound.ts";
import type { Switchboard } from "./switchboard.ts";

/** Requests of services are answered like those of functions: by the cloud itself, or by `outside`. */
export function outboundOf(switchboard: Pick<Switchboard, "answer">): Outbound {
  return async ({ method, url, headers, body = "", most }) => {
    const request = {
      method,
      origin: url.origin,
      url: url.pathname + url.search,
      headers: { host: url.host, ...joined(headers) },
      body: Buffer.from(body),
    };
    const ask = async () => {
      try {
        return await switchboard.answer(request, undefined, () => {});
      } catch (error) {
        throw new OutboundError("unreachable", (error as Error).message);
      }
    };
    const answer = await ask();
    const answered = Buffer.from(answer.body as string | Uint8Array<ArrayBuffer>);
    if (answered.length > most) {
      throw new OutboundError("too large", `The response is larger than ${most} bytes`);
    }
    const lines = Object.entries(answer.headers).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    return { status: answer.status, headers: lines, body: answered };
  };
}

/** By lower-case name, several values of one header in one line. */
function joined(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    all[key] = all[key] === undefined ? value : `${all[key]},${value}`;
  }
  return all;
}
