import { Command } from "commander";
import { findDeployment } from "../../lambdas/runtime/aws/release/deployment.ts";
import { rotatedSecret } from "../../lambdas/runtime/aws/secrets.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";

export function console(): Command {
  return new Command("console")
    .description("print where the console is, with the token that lets you in")
    .option("--token", "print the token alone, for the API")
    .action(async ({ token: only }: { token?: boolean }, command: Command) => {
      const { stack } = command.optsWithGlobals<{ stack: string }>();
      const found = await consoleOf(stack);
      if (!found)
        throw new UsageError(
          `The stack ${stack} has no console. Deploy it without "console: false", or name another with --stack.`,
        );
      if (only && found.token === undefined)
        throw new UsageError("No token lets in here: people sign in with the issuer that the app names.");
      print(only ? found.token : addressOf(found));
    });
}

/** Where a deployment's console is, and what lets in; undefined where there is none. */
export async function consoleOf(
  stack: string,
): Promise<{ url: string; token: string | undefined } | undefined> {
  const { console: url, token: secret } = await findDeployment(stack);
  if (url === undefined) return undefined;
  const [token] = secret === undefined ? [] : await rotatedSecret(secret).valid(0);
  return { url, token };
}

/** The token stands in the fragment, which no browser sends: it is in no log of a server. */
export function addressOf({ url, token }: { url: string; token: string | undefined }): string {
  return token === undefined ? url : `${url}#token=${encodeURIComponent(token)}`;
}
