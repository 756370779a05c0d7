import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { definitionVersion } from "../../../lib/workflow/version.ts";
import { synthesize } from "./app.ts";
import { publishPost as first } from "./first/workflow.ts";
import { Posts } from "./posts.ts";
import { publishPost as second } from "./second/workflow.ts";
import { publishPost as third } from "./third/workflow.ts";

const assemblies: Record<string, string> = {};
beforeAll(() => {
  assemblies.first = synthesize("first", [first]);
  assemblies.fixed = synthesize("second", [first]);
  assemblies.second = synthesize("second", [second]);
  assemblies.third = synthesize("third", [third]);
  assemblies.none = synthesize("first", []);
}, 240_000);

let posts: Posts;
beforeEach(() => {
  posts = new Posts();
});
afterEach(() => posts.close());
const deploy = (name: string) => posts.deploy(assemblies[name]!);

test("a run ends on the definition and the code on which it began, and a new one uses the new", async () => {
  await deploy("first");
  await posts.write("p-1");
  await deploy("second");
  await posts.write("p-2");
  const versions = await (await posts.reader()).versions("publish-post");
  expect(versions).toMatchObject([
    { workflow: "publish-post", version: definitionVersion(second), runs: 1 },
    { workflow: "publish-post", version: definitionVersion(first), runs: 1 },
  ]);
  await posts.approveAll();
  expect(await posts.outcomes()).toEqual([
    { said: "first announcement of the first draft of p-1" },
    { said: "second announcement of the second draft of p-2" },
  ]);
}, 60_000);

test("other code for the same definition reaches the runs that have begun", async () => {
  await deploy("first");
  await posts.write("p-1");
  await deploy("fixed");
  await posts.approveAll();
  expect(await posts.outcomes()).toEqual([{ said: "second announcement of the first draft of p-1" }]);
}, 60_000);

test("a step that live runs need cannot be removed, and can after they have ended", async () => {
  await deploy("first");
  await posts.write("p-1");
  await posts.write("p-2");
  await expect(deploy("third")).rejects.toThrow(
    /Update failed: Workflow publish-post cannot lose what open runs may still need: step "announce" is needed by 2 open runs of version \w+ \(publish-post-\w+, …\)\. .*"millrace drain publish-post"/,
  );
  await deploy("first");
  await posts.approveAll();
  await deploy("third");
  await posts.write("p-3");
  expect(await posts.outcomes()).toEqual([
    { said: "first announcement of the first draft of p-1" },
    { said: "first announcement of the first draft of p-2" },
    { text: "third draft of p-3" },
  ]);
}, 60_000);

test("a workflow with live runs cannot be removed", async () => {
  await deploy("first");
  await posts.write("p-1");
  await expect(deploy("none")).rejects.toThrow(
    "Workflows with open runs cannot be removed: publish-post (1 open run).",
  );
  await deploy("first");
  await posts.approveAll();
  await deploy("none");
}, 60_000);
