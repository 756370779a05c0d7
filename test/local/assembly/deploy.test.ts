import { expect, test } from "vitest";
import { deploy } from "../../../local/assembly/deploy.ts";
import { output } from "../../../local/assembly/frame.ts";
import { plan } from "../../../local/assembly/plan.ts";
import type { Template } from "../../../local/assembly/template.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { ServiceError, UserError } from "../../../local/kernel/errors.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import type { ResourceProvider } from "../../../local/kernel/resource.ts";
import { Store } from "../../../local/kernel/store.ts";
import { ssmService } from "../../../local/metadata/parameters.ts";

/** A cloud with one resource type; its state outlives deployments, as a data file does. */
function cloud({ port = 4566, store = Store.open(":memory:") } = {}) {
  const endpoint = `http://127.0.0.1:${port}`;
  const kernel = new Kernel({ clock: virtualClock(0), random: seededRandom(1), store, endpoint });
  const removed: string[] = [];
  const seen: Record<string, any> = {};
  const things: ResourceProvider = {
    type: "A::Thing",
    serves: { Name: true, Link: true },
    deploy({ properties, logicalId, generatedName }) {
      if (properties.Name === "refused by the service")
        throw new ServiceError("InvalidName", "The name is bad.");
      if (properties.Name === "refused by the provider") throw new UserError("This value is not served.");
      seen[logicalId] = properties;
      const name = properties.Name ?? generatedName;
      return { ref: `${endpoint}/${name}`, attributes: { Arn: `arn:${name}` } };
    },
    remove: (id) => void removed.push(id.replace(`${endpoint}/`, "")),
  };
  const bring = (template: Template, templates: Record<string, Template> = {}) => {
    const { account, region } = kernel;
    const stacks = [{ name: "S", template, dependsOn: [] }];
    const planned = plan({
      stacks,
      template: (key) => templates[key]!,
      providers: [things],
      account,
      region,
    });
    return deploy(planned, kernel, { path: (key) => key }, [things]);
  };
  return { kernel, bring, removed, seen, store };
}

test("a template's parameter that names one of Parameter Store has its value, in a text, too", async () => {
  const { kernel, bring, seen } = cloud();
  kernel.register(ssmService(kernel));
  await kernel.call("ssm", "PutParameter", { Name: "/shop/name", Value: "oak", Type: "String" });
  await bring({
    Parameters: { Shop: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/shop/name" } },
    Resources: { Sign: thing({ Name: { "Fn::Join": ["-", ["shop", { Ref: "Shop" }]] } }) },
  });
  expect(seen.Sign).toEqual({ Name: "shop-oak" });
});

test("a list of values in Parameter Store is refused", async () => {
  const { bring } = cloud();
  const type = "AWS::SSM::Parameter::Value<List<String>>";
  await expect(
    bring({
      Parameters: { Zones: { Type: type, Default: "/zones" } },
      Resources: { Sign: thing({ Name: { Ref: "Zones" } }) },
    }),
  ).rejects.toThrow(
    `the parameter Zones of S has the type ${type}. Of values in Parameter Store, the local cloud serves AWS::SSM::Parameter::Value<String>`,
  );
});

const thing = (properties: Record<string, unknown>, more = {}) => ({
  Type: "A::Thing",
  Properties: properties,
  ...more,
});

test("references get the values of what was deployed, through nested stacks in both directions", async () => {
  const { bring, seen } = cloud();
  const { plan: planned, context } = await bring(
    {
      Resources: {
        Inner: {
          Type: "AWS::CloudFormation::Stack",
          Properties: {
            TemplateURL: "https://s3/inner.json",
            Parameters: { Given: { "Fn::GetAtt": ["Source", "Arn"] } },
          },
        },
        Source: thing({ Name: "source" }),
        User: thing({ Link: { "Fn::GetAtt": ["Inner", "Outputs.Name"] } }),
      },
      Outputs: { Where: { Value: { "Fn::Sub": "${Source} in ${AWS::Region}" } } },
    },
    {
      "inner.json": {
        Parameters: { Given: { Type: "String" }, Count: { Type: "Number", Default: "3" } },
        Resources: { Within: thing({ Name: "within", Link: [{ Ref: "Given" }, { Ref: "Count" }] }) },
        Outputs: { Name: { Value: { Ref: "Within" } } },
      },
    },
  );
  expect(seen.Within.Link).toEqual(["arn:source", 3]);
  expect(seen.User.Link).toBe("http://127.0.0.1:4566/within");
  expect(output(planned.stacks[0]!, "Where", context)).toBe("http://127.0.0.1:4566/source in us-east-1");
});

test("resources that the template no longer has are removed, the last first, unless they are retained", async () => {
  const { bring, removed } = cloud();
  const base = thing({ Name: "base" });
  await bring({
    Resources: {
      Base: base,
      Used: thing({ Name: "used" }),
      User: thing({ Name: "user", Link: { Ref: "Used" } }),
      Kept: thing({ Name: "kept" }, { DeletionPolicy: "Retain" }),
    },
  });
  expect(removed).toEqual([]);
  await bring({ Resources: { Base: base } });
  expect(removed).toEqual(["user", "used"]);
  await bring({ Resources: { Base: base } });
  expect(removed).toEqual(["user", "used"]);
});

test("a resource with another identity is replaced", async () => {
  const { bring, removed } = cloud();
  await bring({ Resources: { T: thing({ Name: "old" }) } });
  await bring({ Resources: { T: thing({ Name: "new" }) } });
  expect(removed).toEqual(["old"]);
});

test("at another port, resources whose ids contain the endpoint are the same resources", async () => {
  const { bring, store } = cloud({ port: 4566 });
  await bring({ Resources: { T: thing({ Name: "t" }), Gone: thing({ Name: "gone" }) } });
  const moved = cloud({ port: 4567, store });
  await moved.bring({ Resources: { T: thing({ Name: "t" }) } });
  expect(moved.removed).toEqual(["gone"]);
});

test.each([
  ["refused by the service", "S/T (A::Thing) is refused: InvalidName: The name is bad."],
  ["refused by the provider", "S/T (A::Thing): This value is not served."],
])("a resource that is %s is named", async (Name, message) => {
  const { bring } = cloud();
  const attempt = bring({ Resources: { T: thing({ Name }) } });
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow(message);
});

test("an attribute that a resource does not have is named", async () => {
  const { bring } = cloud();
  const attempt = bring({
    Resources: { A: thing({}), B: thing({ Link: { "Fn::GetAtt": ["A", "Colour"] } }) },
  });
  await expect(attempt).rejects.toThrow("S/A has no attribute Colour");
});

test("a resource that is retained except on creation is removed if its first deployment fails, and kept from then on", async () => {
  const { bring, removed } = cloud();
  const kept = (Name: string) => thing({ Name }, { DeletionPolicy: "RetainExceptOnCreate" });
  const [old, fresh, base] = [kept("old"), kept("fresh"), thing({ Name: "base" })];
  await bring({ Resources: { Base: base, Old: old } });
  const failing = thing({ Name: "refused by the service" }, { DependsOn: ["Old", "Fresh"] });
  await expect(bring({ Resources: { Old: old, Fresh: fresh, Failing: failing } })).rejects.toThrow();
  expect(removed).toEqual([]);
  await bring({ Resources: { Base: base, Old: old } });
  expect(removed).toEqual(["fresh"]);
  await bring({ Resources: { Base: base } });
  expect(removed).toEqual(["fresh"]);
});
