/** Whether a browser sent a request. The `fetch` of Node.js sends "sec-fetch-mode: cors", without the other headers. */
export function isOfBrowser(headers: Record<string, string>): boolean {
  const mode = headers["sec-fetch-mode"] ?? "cors";
  return headers.origin !== undefined || headers["sec-fetch-site"] !== undefined || mode !== "cors";
}
