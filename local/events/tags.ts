import type { Operation } from "../kernel/service.ts";
import type { Store } from "../kernel/store.ts";
import { operation, requireShape, requireText } from "./validation.ts";

interface Tag {
  Key: string;
  Value: string;
}

/** Adds tags to a resource, or replaces the values of existing keys. */
export function putTags(store: Store, arn: string, tags: Tag[] | undefined): void {
  for (const tag of tags ?? []) {
    requireShape(tag, "tags.member", "structure");
    const key = requireText(tag.Key, "tags.member.key", { most: 128 });
    const value = requireText(tag.Value, "tags.member.value", { least: 0, most: 256 });
    store.run("INSERT OR REPLACE INTO events_tag VALUES (?, ?, ?)", arn, key, value);
  }
}

/** The operations on tags; `mustExist` throws for an ARN that is not a rule's or a bus's. */
export function tagOperations(store: Store, mustExist: (arn: string) => void): Record<string, Operation> {
  const resource = (input: any): string => {
    const arn = requireText(input.ResourceARN, "resourceARN", { most: 1600 });
    mustExist(arn);
    return arn;
  };
  return {
    TagResource: operation(["ResourceARN", "Tags"], (input) => {
      const arn = resource(input);
      store.atomically(() => putTags(store, arn, input.Tags));
      return {};
    }),

    UntagResource: operation(["ResourceARN", "TagKeys"], (input) => {
      const arn = resource(input);
      store.atomically(() => {
        for (const key of input.TagKeys ?? []) {
          store.run(
            "DELETE FROM events_tag WHERE arn = ? AND key = ?",
            arn,
            requireText(key, "tagKeys.member"),
          );
        }
      });
      return {};
    }),

    ListTagsForResource: operation(["ResourceARN"], (input) => ({
      Tags: store.all<Tag>(
        "SELECT key AS Key, value AS Value FROM events_tag WHERE arn = ? ORDER BY key",
        resource(input),
      ),
    })),
  };
}
