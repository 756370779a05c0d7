import { Readable } from "node:stream";
import type { Kernel } from "../kernel/kernel.ts";
import type { Ask } from "./sandbox/http.ts";

/** An SDK client's class. */
export type ClientClass<Client> = new (config: any) => Client;

/** As much of the SDK's request as its transport reads. */
interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: string | Uint8Array | Readable;
}

/** Settings of an SDK client (version 3) that speaks to a simulated cloud. */
export function clientConfig({ endpoint, region }: Kernel, ask: Ask) {
  return {
    endpoint,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    requestHandler: {
      async handle(request: SdkRequest) {
        const { method, protocol, hostname, port, headers } = request;
        const { status, ...answer } = await ask({
          method,
          origin: `${protocol}//${hostname}${port ? `:${port}` : ""}`,
          url: urlOf(request),
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
          ),
          body: await bytesOf(request.body),
        });
        const body = Readable.from([Buffer.from(answer.body)]);
        return { response: { statusCode: status, headers: answer.headers, body } };
      },
    },
  };
}

function urlOf({ path, query = {} }: SdkRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(one)}`,
    ),
  );
  return pairs.length > 0 ? `${path}?${pairs.join("&")}` : path;
}

async function bytesOf(body: SdkRequest["body"]): Promise<Buffer> {
  if (body instanceof Readable) return Buffer.concat(await body.toArray());
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(body ?? "");
}
