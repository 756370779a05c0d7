import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { typeOf } from "./views/artifacts.ts";

/** The console as it was built. */
export interface ConsoleFiles {
  /** A file by its path within the console's folder; undefined if there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** A hash of the content. */
  etag(content: Uint8Array): string;
  /** The origin of run files, as a source of a content security policy. */
  artifactSource: string | undefined;
}

const INDEX = "index.html";
/** Compressed variants of a file, the smallest first: the encoding, and the suffix of the name. */
const COMPRESSED = { br: ".br", gzip: ".gz" } as const;
const A_YEAR = "public, max-age=31536000, immutable";

/** The console's own files. Any other path is a page of the console, which the browser renders. */
export async function serveConsole(context: Context, files: ConsoleFiles): Promise<Response> {
  const path = readPath(context.req.path);
  if (path === undefined) return context.text("Not found.", 404);
  const isFile = /\.\w+$/.test(path);
  const asset = isFile ? await files.read(path) : undefined;
  if (isFile && !asset) return context.text("File not found.", 404);
  const plain = asset ?? (await files.read(INDEX));
  if (!plain) return context.html(NOT_BUILT, 503, headersOf(files));
  const name = asset ? path : INDEX;
  const encoding = encodingFor(context);
  const compressed = encoding && (await files.read(`${name}${COMPRESSED[encoding]}`));
  const content = compressed ?? plain;
  const etag = files.etag(content);
  const headers = {
    ...headersOf(files),
    "content-type": typeOf(name),
    ...(compressed && { "content-encoding": encoding }),
    vary: "accept-encoding",
    // Names of built files contain a hash of their content; the page that names them is never cached.
    "cache-control": path.startsWith("assets/") ? A_YEAR : "no-cache",
    etag,
  };
  if (context.req.header("if-none-match") === etag) return context.body(null, 304, headers);
  return context.body(content, 200, headers);
}

/** The smallest encoding that the browser accepts. */
function encodingFor(context: Context): keyof typeof COMPRESSED | undefined {
  const found = accepts(context, {
    header: "Accept-Encoding",
    supports: Object.keys(COMPRESSED),
    default: "identity",
    match: (accepted, { supports, default: none }) =>
      supports.find((encoding) => accepted.some(({ type, q }) => type === encoding && q > 0)) ?? none,
  });
  return found in COMPRESSED ? (found as keyof typeof COMPRESSED) : undefined;
}

/** Undefined for a text that cannot be a file's path. */
function readPath(encoded: string): string | undefined {
  try {
    const path = decodeURIComponent(encoded).replace(/^\/+/, "");
    return path.includes("\0") ? undefined : path;
  } catch {
    return undefined;
  }
}

/** Nothing is loaded from another origin, and no other site can embed the console in a page. */
function headersOf({ artifactSource }: ConsoleFiles): Record<string, string> {
  const own = ["'self'", ...(artifactSource ? [artifactSource] : [])].join(" ");
  const policy = [
    "default-src 'self'",
    `img-src ${own} data: blob:`,
    `media-src ${own} blob:`,
    `connect-src ${own}`,
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
  };
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Millrace</title>
<h1>The console was not built</h1>
<p>This deployment contains only the API. Build the console with <code>npm run build:console</code>, and deploy again.</p>
<p>The API is served under <code>api/</code>; <code>api/openapi.json</code> describes it.</p>
</html>
`;
