import { Token } from "aws-cdk-lib";
import { DefinitionError } from "../contract/definition-error.ts";

/** Throws a DefinitionError for a URL to which data would be sent unencrypted. `what` names it: "telemetry.endpoint". */
export function requireSecureUrl(what: string, url: string): void {
  if (Token.isUnresolved(url) || isSecureUrl(url)) return;
  throw new DefinitionError(
    `${what} is "${url}". Give a URL with https, or with http to this machine itself.`,
  );
}

/** Whether what is sent to a URL cannot be read in transit: by https, or because it stays on this machine. */
function isSecureUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (
    protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname))
  );
}
