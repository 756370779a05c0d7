import type { S3Client } from "@aws-sdk/client-s3";
import { loadSdk } from "../client/load-sdk.ts";

/** Seconds for which an address is valid. */
const VALID_FOR = 300;

/** Headers that the SDK adds and that no browser sends. */
const OWN_HEADERS = /^(?:user-agent|x-amz-user-agent|amz-sdk-.*|x-amz-content-sha256)$/;

type Context = { authSchemes?: Parameters<S3Client["config"]["signer"]>[0][] };
/** The client's signer can also sign addresses, although its type does not declare it. */
type Signer = { presign(request: HttpRequest, options: { expiresIn: number }): Promise<HttpRequest> };

type HttpRequest = {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  query?: Record<string, string | string[] | null>;
};

/**
 * Temporary addresses of files of one bucket; undefined for other files. Path style, as in all stored
 * addresses.
 */
export function signedAddresses(bucket: string, given?: S3Client) {
  let client = given;
  return async (uri: string): Promise<string | undefined> => {
    const root = `s3://${bucket}/`;
    if (!uri.startsWith(root) || uri.length === root.length) return undefined;
    const { GetObjectCommand, S3Client } = await loadSdk("s3");
    client ??= new S3Client({ forcePathStyle: true });
    const { config } = client;
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: uri.slice(root.length),
      // Images and videos are shown in any case; a page that a run has created is downloaded, not opened.
      ResponseContentDisposition: "attachment",
    });
    let signed: HttpRequest | undefined;
    // The SDK signs the request, which is then not sent.
    command.middlewareStack.addRelativeTo(
      (_next: unknown, context: Context) => async (args: { request: unknown }) => {
        const request = args.request as HttpRequest;
        for (const name of Object.keys(request.headers))
          if (OWN_HEADERS.test(name)) delete request.headers[name];
        delete request.query?.["x-amz-checksum-mode"];
        const signer = (await config.signer(context.authSchemes?.[0])) as unknown as Signer;
        signed = await signer.presign(request, { expiresIn: VALID_FOR });
        return { response: undefined, output: { $metadata: {} } };
      },
      { name: "signOnly", relation: "before", toMiddleware: "httpSigningMiddleware", override: true },
    );
    await client.send(command);
    return addressOf(signed!);
  };
}

function addressOf({ protocol, hostname, port, path, query = {} }: HttpRequest): string {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`);
  const parameters = Object.entries(query).map(([name, value]) => [name, String(value)]);
  url.search = parameters
    .map((pair) => pair.map(encodeURIComponent as (text: string | undefined) => string).join("="))
    .join("&");
  return url.href;
}
