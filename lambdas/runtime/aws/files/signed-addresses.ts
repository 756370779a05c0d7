import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** Seconds for which an address can be fetched. */
const VALID_FOR = 300;

/** Headers that the SDK adds for itself, and that no browser would send. */
const OWN_HEADERS = /^(?:user-agent|x-amz-user-agent|amz-sdk-.*|x-amz-content-sha256)$/;

type Context = { authSchemes?: Parameters<S3Client["config"]["signer"]>[0][] };
/** The signer of the client can sign addresses too, which its type does not tell. */
type Signer = { presign(request: HttpRequest, options: { expiresIn: number }): Promise<HttpRequest> };

type HttpRequest = {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  query?: Record<string, string | string[] | null>;
};

/** Short-lived addresses of files of one bucket; undefined for what lies elsewhere. Path style, as all that is stored. */
export function signedAddresses(bucket: string, client = new S3Client({ forcePathStyle: true })) {
  return async (uri: string): Promise<string | undefined> => {
    const root = `s3://${bucket}/`;
    if (!uri.startsWith(root) || uri.length === root.length) return undefined;
    const command = new GetObjectCommand({
      ...{ Bucket: bucket, Key: uri.slice(root.length) },
      // Pictures and films are shown all the same; a page that a run has made is not opened as one.
      ResponseContentDisposition: "attachment",
    });
    let signed: HttpRequest | undefined;
    // The request is signed as the SDK would, and then not sent.
    command.middlewareStack.addRelativeTo(
      (_next: unknown, context: Context) => async (args: { request: unknown }) => {
        const request = args.request as HttpRequest;
        for (const name of Object.keys(request.headers))
          if (OWN_HEADERS.test(name)) delete request.headers[name];
        delete request.query?.["x-amz-checksum-mode"];
        const signer = (await client.config.signer(context.authSchemes?.[0])) as unknown as Signer;
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
