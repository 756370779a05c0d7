import * as z from "zod";

/** A subscriber to new films, which receives a request at an address. */
const Subscriber = z.object({
  url: z.url().refine(isSafe, "https, or http to this machine itself"),
  /** The signing secret: "whsec_" and base64, as in Standard Webhooks. */
  secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, '"whsec_" and a secret in base64'),
});
export type Subscriber = z.infer<typeof Subscriber>;

const List = z.array(Subscriber).max(100);

export const LIST = "list.json";

/** The list from the folder; empty if there is none. Throws an error that says what is wrong with it. */
export function parseSubscribers(file: Uint8Array | undefined): Subscriber[] {
  if (!file) return [];
  const { data, error } = List.safeParse(JSON.parse(new TextDecoder().decode(file)));
  if (error) throw new Error(z.prettifyError(error));
  return data;
}

/** Secrets must not be sent unencrypted. */
function isSafe(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const own = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && own);
}
