import { createRequire } from "node:module";

/**
 * Lambda's Node.js runtimes bring the AWS SDK along, so a function that was not bundled may import it without having
 * it. What is not found next to the code is taken from this installation, as Lambda takes it from /var/runtime.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
const BROUGHT_ALONG = /^(?:@aws-sdk|@smithy)\/[^/]+/;

const installation = createRequire(import.meta.url);

/** The file that `name` means in the code of `file`. Throws Node's MODULE_NOT_FOUND. */
export function resolveModule(name: string, file: string): string {
  try {
    return createRequire(file).resolve(name);
  } catch (error) {
    const [missing] = BROUGHT_ALONG.exec(name) ?? [];
    if (missing === undefined) throw error;
    return resolveHere(name, missing);
  }
}

function resolveHere(name: string, missing: string): string {
  try {
    return installation.resolve(name);
  } catch (error) {
    (error as Error).message +=
      `\nLambda's runtime has this package, this machine does not. Install it in the app's folder: npm install --save-dev ${missing}`;
    throw error;
  }
}
