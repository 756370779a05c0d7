import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation } from "../../kernel/service.ts";
import { invalidParameter, notFound } from "../errors.ts";
import type { Functions } from "../functions.ts";
import type { Mappings } from "../mappings/mappings.ts";
import { readFunctionName } from "../names.ts";

type Tags = Record<string, string>;

/** A resource that has tags of its own. */
interface Tagged {
  read(): Tags;
  write(tags: Tags): void;
}

const MOST_TAGS = 50;

/** Tags of functions and of event source mappings. */
export function tagOperations(
  kernel: Kernel,
  functions: Functions,
  mappings: Mappings,
): Record<string, Operation> {
  return {
    ListTags: ({ Resource }) => ({ Tags: tagged(Resource).read() }),
    TagResource({ Resource, Tags }) {
      const resource = tagged(Resource);
      if (Object.keys(Tags).length === 0) {
        throw invalidParameter("An error occurred and the request cannot be processed.");
      }
      const tags = { ...resource.read(), ...Tags };
      checkCount(tags);
      resource.write(tags);
      return {};
    },
    UntagResource({ Resource, TagKeys }) {
      const resource = tagged(Resource);
      const gone = new Set([TagKeys].flat());
      resource.write(Object.fromEntries(Object.entries(resource.read()).filter(([key]) => !gone.has(key))));
      return {};
    },
  };

  function tagged(arn: string): Tagged {
    const [, , , , , kind, id = "", qualifier] = arn.split(":");
    if (kind === "event-source-mapping") {
      if (!mappings.has(id)) throw notFound(`Event source mapping not found: ${arn}`);
      return { read: () => mappings.tags(id), write: (tags) => mappings.setTags(id, tags) };
    }
    if (kind !== "function") throw notFound(`The local cloud does not serve ${kind}: ${arn}`);
    if (qualifier !== undefined) {
      throw invalidParameter(
        "Tags on function aliases and versions are not supported. Please specify a function ARN.",
      );
    }
    const { name } = readFunctionName(kernel, arn);
    return { read: () => functions.tags(name), write: (tags) => functions.setTags(name, tags) };
  }
}

function checkCount(tags: Tags): void {
  if (Object.keys(tags).length > MOST_TAGS)
    throw invalidParameter("Number of tags exceeds resource tag limit.");
}
