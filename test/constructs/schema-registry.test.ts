import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { SchemaRegistry } from "../../lib/constructs/schema-registry.ts";
import { ReportAsked, ReportDone } from "../contract/document/events.ts";

test("the registry has every version of every event, in EventBridge's own form", () => {
  const stack = new Stack(new App(), "Schemas");
  new SchemaRegistry(stack, "Schemas", { events: [ReportAsked, ReportDone] });
  const template = Template.fromStack(stack);
  template.resourceCountIs("AWS::EventSchemas::Registry", 1);
  const schemas = Object.values(template.findResources("AWS::EventSchemas::Schema")).map(
    ({ Properties }) => Properties,
  );
  expect(schemas.map(({ SchemaName, Type }) => [SchemaName, Type])).toEqual([
    ["report.asked@v2", "OpenApi3"],
    ["report.asked@v1", "OpenApi3"],
    ["report.done@v1", "OpenApi3"],
  ]);

  const content = schemas[0]!.Content as string;
  const described = JSON.parse(content);
  expect(described.components.schemas.AWSEvent.properties.detail).toEqual({
    $ref: "#/components/schemas/ReportAsked",
  });
  expect(described.components.schemas.ReportAsked.properties.kind.enum).toEqual(["long", "short"]);
  for (const [, name] of content.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
    expect(described.components.schemas[name!], name).toBeTypeOf("object");
});
