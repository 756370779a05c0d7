import type { Operation } from "../kernel/service.ts";
import type { Store } from "../kernel/store.ts";
import { TAGS } from "./settings.ts";
import { listOf, operation, structure, text } from "./shape.ts";

interface Tag {
  Key: string;
  Value: string;
}

/** Adds tags to a resource, or replaces the values of existing keys. */
export function putTags(store: Store, arn: string, tags: Tag[] = []): void {
  for (const { Key, Value } of tags) {
    store.run("INSERT OR REPLACE INTO scheduler_tag VALUES (?, ?, ?)", arn, Key, Value);
  }
}

/** The operations on the tags of groups: schedules have none. `mustExist` throws for an ARN of no group. */
export function tagOperations(store: Store, mustExist: (arn: string) => void): Record<string, Operation> {
  const ResourceArn = text(1, 1011);
  return {
    TagResource: operation(structure({ ResourceArn, Tags: TAGS }, "ResourceArn", "Tags"), (input) => {
      mustExist(input.ResourceArn);
      store.atomically(() => putTags(store, input.ResourceArn, input.Tags));
      return {};
    }),

    UntagResource: operation(
      structure({ ResourceArn, TagKeys: listOf(text(1, 128), 50) }, "ResourceArn", "TagKeys"),
      (input) => {
        mustExist(input.ResourceArn);
        store.atomically(() => {
          for (const key of input.TagKeys) {
            store.run("DELETE FROM scheduler_tag WHERE arn = ? AND key = ?", input.ResourceArn, key);
          }
        });
        return {};
      },
    ),

    ListTagsForResource: operation(structure({ ResourceArn }, "ResourceArn"), (input) => {
      mustExist(input.ResourceArn);
      return {
        Tags: store.all<Tag>(
          "SELECT key AS Key, value AS Value FROM scheduler_tag WHERE arn = ? ORDER BY key",
          input.ResourceArn,
        ),
      };
    }),
  };
}
