import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Lambda's Node.js runtimes bring the AWS SDK along, so a function that was not bundled may import it without having
 * it. What its own folder and the folders above do not have is taken from this installation, as Lambda takes it
 * from /var/runtime. https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
const BROUGHT_ALONG = /^(@aws-sdk|@smithy)\/[^/]+/;

const installation = createRequire(import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      const [name] = BROUGHT_ALONG.exec(specifier) ?? [];
      if (name === undefined) throw error;
      return { url: pathToFileURL(resolveHere(specifier, name, error)).href, shortCircuit: true };
    }
  },
});

function resolveHere(specifier, name, error) {
  try {
    return installation.resolve(specifier);
  } catch {
    error.message += `\nLambda's runtime has this package, this machine does not. Install it in the app's folder: npm install --save-dev ${name}`;
    throw error;
  }
}
