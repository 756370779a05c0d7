import Ajv from "ajv";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { validate } from "../../../lambdas/runtime/events/validation.ts";
import { asyncApi } from "../../../lib/contract/document/asyncapi.ts";
import { exampleOf } from "../../../lib/contract/document/example.ts";
import { fieldsOf } from "../../../lib/contract/document/fields.ts";
import { isEventPage, pagesOf } from "../../../lib/contract/document/pages.ts";
import { eventsAmong } from "../../../lib/contract/document/participant.ts";
import { defineEvent, versionsOf } from "../../../lib/contract/event.ts";
import { jsonSchemaOf } from "../../../lib/contract/schema.ts";
import { participantsOf } from "../../../lib/index.ts";
import { reactions, workflows } from "../../../workflows/index.ts";
import { participants, ReportAsked } from "./events.ts";

interface Message {
  title: string;
  payload: { $ref: string };
  examples: { payload: unknown }[];
}

const everyone = [...participants, ...participantsOf(workflows, reactions)];

describe("examples", () => {
  test.each(
    eventsAmong(everyone)
      .flatMap(versionsOf)
      .map((contract) => [`${contract.name} version ${contract.version}`, contract] as const),
  )("of %s are valid by the contract, and the same every time", async (_, contract) => {
    const example = exampleOf(contract);
    expect(await validate(contract.schema, example)).toMatchObject({ valid: true });
    expect(exampleOf(contract)).toEqual(example);
  });

  test("if none can be generated, the field is named", () => {
    const schema = z.object({ codes: z.array(z.object({ code: z.string().regex(/^[A-Z]{3}$/) })) });
    const contract = defineEvent("code.given", { version: 1, schema });
    expect(() => exampleOf(contract)).toThrow("code.given version 1: `codes[0].code` has the pattern");
  });
});

describe("AsyncAPI", () => {
  const document = asyncApi(everyone, { title: "Test", version: "1.0.0" });

  test("every reference has a target", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path!,
    );
    expect(references.length).toBeGreaterThan(10);
    for (const path of references) {
      const found = path.split("/").reduce<any>((inner, key) => inner?.[key], document);
      expect(found, path).toBeTypeOf("object");
    }
  });

  test("examples keep the schemas as they are published", () => {
    const ajv = formats.default(new Ajv.default({ strict: false, logger: false }));
    ajv.addSchema(document, "document");
    for (const message of Object.values(document.components.messages) as Message[]) {
      const check = ajv.getSchema(`document${message.payload.$ref}`)!;
      expect(check(message.examples[0]!.payload), `${message.title}: ${ajv.errorsText(check.errors)}`).toBe(
        true,
      );
    }
  });

  test("a channel has each version; subscribers receive all of them, publishers send one", () => {
    expect(Object.keys(document.channels["report.asked"]!.messages)).toEqual(["v2", "v1"]);
    expect(document.operations["report.receive.report.asked"]).toMatchObject({
      action: "receive",
      channel: { $ref: "#/channels/report.asked" },
      messages: [
        { $ref: "#/channels/report.asked/messages/v2" },
        { $ref: "#/channels/report.asked/messages/v1" },
      ],
    });
    expect(document.operations["print.send.report.done"]).toMatchObject({ action: "send" });
  });

  test("a recursive type has a name of its own", () => {
    const inner = Object.keys(document.components.schemas).filter((name) =>
      name.startsWith("report.asked.v2."),
    );
    expect(inner).toHaveLength(1);
  });
});

describe("pages", () => {
  const pages = pagesOf(everyone);
  const page = (path: string) => pages.find((one) => one.path === path)!.text;

  test("show publishers and subscribers of an event, and its versions", () => {
    expect(page("README.md")).toContain(
      "| [report.asked](report.asked.md) | 2, 1 | external | workflow report (starts a run) |",
    );
    const text = page("report.asked.md");
    for (const part of [
      "A report is requested.",
      "## Version 2",
      "## Version 1",
      "| `id` | string | yes |",
      "Chosen by who asks.",
      "| `pages` | integer | yes | more than 2, at most 40 |",
      '| `kind` | "long", "short" | yes |',
      "| `draft` | boolean | no | default false |",
    ])
      expect(text).toContain(part);
  });

  test("only pages of events count as such", () => {
    expect(pages.map(({ path }) => path).filter((path) => !isEventPage(path))).toEqual(["README.md"]);
    expect(isEventPage("local-cloud.md")).toBe(false);
  });

  test("fields of a recursive type are listed once", () => {
    const paths = fieldsOf(jsonSchemaOf(ReportAsked.schema, "input", "")).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("root"))).toEqual(["root", "root.name", "root.folders"]);
  });
});
