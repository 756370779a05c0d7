import { token } from "../api/client.ts";

/**
 * Takes a token from the address (`#token=…`, with a target page in `&to=/approvals`), stores it for this tab
 * and removes it from the address, so that neither the history nor a copied address contains it.
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
