import { createSocket } from "node:dgram";
import type { Traces } from "../../ports.ts";

/** What each datagram begins with. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html */
const HEADER = '{"format":"json","version":1}\n';

/**
 * X-Ray's daemon, which runs beside every traced function and forwards what it receives: no call of an API, and
 * no wait. `address` is a list of "127.0.0.1:2000", or "tcp:… udp:…". Where there is no daemon, nothing is recorded.
 */
export function traceDaemon(address = process.env.AWS_XRAY_DAEMON_ADDRESS): Traces {
  if (!address) return { record: async () => {} };
  const { host, port } = udpOf(address);
  return {
    async record(segments) {
      const socket = createSocket("udp4");
      try {
        for (const segment of segments) await send(socket, `${HEADER}${JSON.stringify(segment)}`, port, host);
      } finally {
        socket.close();
      }
    },
  };
}

function send(socket: ReturnType<typeof createSocket>, text: string, port: number, host: string) {
  return new Promise<void>((resolve, reject) => {
    socket.send(text, port, host, (error) => (error ? reject(error) : resolve()));
  });
}

function udpOf(address: string): { host: string; port: number } {
  const [, host, port] = /(?:^|udp:)([^\s:]+):(\d+)(?:\s|$)/.exec(address) ?? [];
  if (host === undefined)
    throw new Error(
      `AWS_XRAY_DAEMON_ADDRESS is "${address}"; it must be host:port, or "tcp:… udp:host:port".`,
    );
  return { host, port: Number(port) };
}
