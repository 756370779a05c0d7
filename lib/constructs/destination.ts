import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { DefinitionError } from "../contract/definition-error.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import type { HandlerFunction } from "./handler-function.ts";
import { requireSecureUrl } from "./secure-url.ts";

/** Where a delivery posts its events. */
export interface Destination {
  /** https, or http to this machine itself. */
  readonly url: string;
  /** What it signs with: the text of a Standard Webhooks secret. The receiver is given the same. @default a generated one */
  readonly secret?: ISecret;
}

/** Destinations by the names of deliveries. */
export type Destinations = Readonly<Record<string, Destination>>;

/** Base64 of 33 bytes: a text of this length, of letters and digits alone, is one. */
const SECRET_LENGTH = 44;

/** Lets the function of a delivery post to its destination. Answers what it signs with; undefined for any other reaction. */
export function connectDestination(
  handler: HandlerFunction,
  { name, posts }: Pick<ReactionSpec, "name" | "posts">,
  destination: Destination | undefined,
): ISecret | undefined {
  if (!posts) return undefined;
  if (!destination) {
    throw new DefinitionError(
      `The delivery "${name}" has no destination. Set "destinations: { ${JSON.stringify(name)}: { url } }" of Millrace.`,
    );
  }
  const { url } = destination;
  requireSecureUrl(`The destination of "${name}"`, url);
  const secret =
    destination.secret ??
    new Secret(handler, "SigningSecret", {
      description: `Signing secret of the delivery ${name}. Give it to the receiver.`,
      generateSecretString: { excludePunctuation: true, passwordLength: SECRET_LENGTH },
    });
  secret.grantRead(handler.function);
  handler.addEnvironment(ENVIRONMENT.destination, url);
  handler.addEnvironment(ENVIRONMENT.secret, secret.secretArn);
  return secret;
}

/** Throws for a destination that no delivery has: its name is likely misspelt. */
export function refuseUnusedDestinations(
  destinations: Destinations,
  reactions: readonly ReactionSpec[],
): void {
  const names = reactions.flatMap(({ name, posts }) => (posts ? [name] : []));
  for (const name of Object.keys(destinations)) {
    if (!names.includes(name)) {
      const known = names.length > 0 ? `Deliveries are: ${names.join(", ")}` : "There are no deliveries";
      throw new DefinitionError(`destinations.${name} names no delivery. ${known}.`);
    }
  }
}
