import { incompleteBody } from "./errors.ts";

/**
 * The body inside an `aws-chunked` one, and its trailing headers in lower case. Signatures of chunks and of
 * requests are not checked. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeChunked(body: Buffer): { data: Buffer; trailers: Record<string, string> } {
  const pieces: Buffer[] = [];
  let position = 0;
  const line = () => {
    const end = body.indexOf("\r\n", position);
    if (end === -1) throw incompleteBody();
    const text = body.toString("latin1", position, end);
    position = end + 2;
    return text;
  };
  for (;;) {
    const size = /^[0-9a-fA-F]+/.exec(line())?.[0];
    if (size === undefined) throw incompleteBody();
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (position + length + 2 > body.length) throw incompleteBody();
    pieces.push(body.subarray(position, position + length));
    position += length + 2;
  }
  const trailers: Record<string, string> = {};
  while (position < body.length) {
    const text = line();
    const colon = text.indexOf(":");
    if (colon > 0) trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }
  return { data: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), trailers };
}
