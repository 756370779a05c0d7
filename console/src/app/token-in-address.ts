import { token } from "../api/client.ts";

/**
 * Takes a token from the address (`#token=…`, and where to go with `&to=/approvals`), keeps it for this tab and removes it
 * from the address: it is neither in the history nor in what is copied from there.
 * @returns whether there was one
 */
export function takeTokenFromAddress(): boolean {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get("token");
  if (!given) return false;
  token.set(given);
  const to = fragment.get("to");
  history.replaceState(null, "", `${location.pathname}${location.search}#${to?.startsWith("/") ? to : "/"}`);
  return true;
}
