import type { Operation } from "../../kernel/service.ts";
import type { Engine } from "../engine.ts";
import type { Registry } from "../registry.ts";
import { required } from "./arguments.ts";
import { refusals } from "./errors.ts";

export function tagOperations(engine: Engine, registry: Registry): Record<string, Operation> {
  const { store } = engine.kernel;

  function resourceOf(input: any): string {
    const arn = required(input, "resourceArn");
    if (!registry.machine(arn) && !registry.activity(arn)) throw refusals.noResource(arn);
    return arn;
  }

  return {
    TagResource(input) {
      const arn = resourceOf(input);
      store.atomically(() => {
        for (const { key, value } of input.tags) registry.putTag(arn, key, value ?? "");
      });
      return {};
    },

    UntagResource(input) {
      const arn = resourceOf(input);
      store.atomically(() => {
        for (const key of input.tagKeys) registry.removeTag(arn, key);
      });
      return {};
    },

    ListTagsForResource(input) {
      return { tags: registry.tags(resourceOf(input)) };
    },
  };
}
