import type { Deployment } from "../assembly/deploy.ts";
import { UserError } from "../kernel/errors.ts";

/** A function of the app under the names by which a test may call it. */
interface Named {
  /** Physical name. */
  name: string;
  logicalId: string;
  description: string;
  /** "Stack/Construct/Function" */
  path: string;
}

/** Finds functions by what a test calls them. Throws UserError where a name fits none, or more than one. */
export function functionFinder({ plan, deployed }: Deployment): (name: string) => string {
  const functions = plan.resources
    .filter(({ type }) => type === "AWS::Lambda::Function")
    .map(
      ({ path, logicalId, frame, properties }): Named => ({
        name: deployed.get(path)!.ref,
        logicalId,
        description: String(properties.Description ?? ""),
        path: String(frame.template.Resources?.[logicalId]?.Metadata?.["aws:cdk:path"] ?? path),
      }),
    );
  return (name) => {
    const found = functions.filter((one) => isCalled(one, name));
    if (found.length === 1) return found[0]!.name;
    const listed = (found.length > 0 ? found : functions)
      .map(({ path, description }) => `  ${path}${description && ` (${description})`}`)
      .join("\n");
    throw new UserError(
      found.length === 0
        ? `The app has no function "${name}". Name one by its logical id, its description, or a part of its path:\n${listed}`
        : `"${name}" fits more than one function. Name more of the path:\n${listed}`,
    );
  };
}

/** A part of the path is one or more of its segments, in any case of letters. */
function isCalled({ name, logicalId, description, path }: Named, wanted: string): boolean {
  if ([name, logicalId, description].includes(wanted)) return true;
  return `/${path}/`.toLowerCase().includes(`/${wanted.toLowerCase()}/`);
}
