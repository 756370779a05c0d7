import { Command } from "commander";
import { findDeployment } from "../../lambdas/runtime/aws/release/deployment.ts";
import { rotatedSecret } from "../../lambdas/runtime/aws/secrets.ts";
import { answer } from "../answer.ts";
import { UsageError } from "../explain.ts";
import { refuseSilent } from "../reachable.ts";

export function console(): Command {
  return new Command("console")
    .description("print the address of the console, with the token to sign in")
    .option("--token", "print only the token, for the API")
    .action(async ({ token: only }: { token?: boolean }, command: Command) => {
      const { stack } = command.optsWithGlobals<{ stack: string }>();
      const found = await consoleOf(stack);
      if (!found)
        throw new UsageError(
          `The stack ${stack} has no console. Deploy it without "console: false", or choose another stack with --stack.`,
        );
      if (only && found.token === undefined)
        throw new UsageError("This deployment has no token: users sign in with the configured issuer.");
      answer(command, only ? { token: found.token } : { ...found, address: addressOf(found) }, () =>
        only ? found.token! : addressOf(found),
      );
    });
}

/** The address of a deployment's console, and the token; undefined if there is none. */
export async function consoleOf(stack: string): Promise<ConsoleAddress | undefined> {
  await refuseSilent(process.env.AWS_ENDPOINT_URL);
  const { console: url, token: secret } = await findDeployment(stack);
  if (url === undefined) return undefined;
  const [token] = secret === undefined ? [] : await rotatedSecret(secret).valid(0);
  return { url, token };
}

/** The token is in the fragment, which browsers do not send, so it is in no server log. */
export function addressOf({ url, token }: ConsoleAddress): string {
  return token === undefined ? url : `${url}#token=${encodeURIComponent(token)}`;
}

/** The address of a page of the console: "/runs/greet-user-x". */
export function pageOf({ url, token }: ConsoleAddress, path: string): string {
  return token === undefined ? `${url}#${path}` : `${url}#${new URLSearchParams({ token, to: path })}`;
}

export interface ConsoleAddress {
  url: string;
  /** The token; undefined if users sign in with an issuer. */
  token: string | undefined;
}
