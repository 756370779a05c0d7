import type { Deployment } from "../assembly/deploy.ts";
import { UserError } from "../kernel/errors.ts";

/** A function of the app under the names by which a test may call it. */
interface Named {
  /** Physical name. */
  name: string;
  logicalId: string;
  description: string;
  /** "Stack/Nested/LogicalId" */
  path: string;
}

/** Finds functions by what a test calls them. Throws UserError where a name fits none, or more than one. */
export function functionFinder({ plan, deployed }: Deployment): (name: string) => string {
  const functions = plan.resources
    .filter(({ type }) => type === "AWS::Lambda::Function")
    .map(
      ({ path, logicalId, properties }): Named => ({
        name: deployed.get(path)!.ref,
        logicalId,
        description: String(properties.Description ?? ""),
        path,
      }),
    );
  return (wanted) => {
    const named = functions.filter((one) => Object.values(one).includes(wanted));
    const found =
      named.length > 0 ? named : functions.filter(({ path }) => plain(path).includes(plain(wanted)));
    if (found.length === 1) return found[0]!.name;
    throw new UserError(
      found.length === 0
        ? `The app has no function "${wanted}". Name one by its description or a part of its logical id:\n${list(functions)}`
        : `"${wanted}" fits more than one function. Name more of the logical id, or the description:\n${list(found)}`,
    );
  };
}

/** CDK makes logical ids of the names of constructs, and leaves away all but letters and digits. */
const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");

const list = (functions: Named[]) =>
  functions.map(({ logicalId, description }) => `  ${logicalId} (${description})`).join("\n");
