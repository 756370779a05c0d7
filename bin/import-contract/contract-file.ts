import { DefinitionError } from "../../lib/contract/definition-error.ts";
import { defineEvent } from "../../lib/index.ts";
import { UsageError } from "../explain.ts";
import { ANYTHING, constantOf } from "../scaffold/names.ts";
import { findSchema } from "./find-schema.ts";
import { zodSource } from "./zod-source.ts";

interface Asked {
  /** Where the document is from. */
  origin: string;
  /** A component of the document. */
  schema?: string | undefined;
  event?: string | undefined;
  /** From where the file imports definitions. */
  definitions: string;
}

/** The source of a contract for a JSON Schema or an OpenAPI document. Throws a UsageError. */
export function contractFile(document: unknown, { origin, schema, event, definitions }: Asked): string {
  const found = findSchema(document, schema, origin);
  const name = eventName(event ?? found.event, event === undefined);
  const { declarations, expression, omitted } = zodSource(found.schema, document);
  return [
    `import * as z from "zod";`,
    `import { defineEvent } from ${JSON.stringify(definitions)};`,
    "",
    comment(`Imported from ${origin}.`),
    ...omitted.map((rule) => comment(`Not imported, so that more is accepted: ${rule}`)),
    ...declarations,
    "",
    `export const ${constantOf(name)} = defineEvent(${JSON.stringify(name)}, {`,
    "  version: 1,",
    `  schema: ${expression},`,
    "});",
    "",
  ].join("\n");
}

/** Names in a document may contain line breaks, which would end the comment. */
const comment = (text: string) => `// ${text.replaceAll(/[\s\p{C}]+/gu, " ")}`;

function eventName(name: string | undefined, isGuessed: boolean): string {
  if (name === undefined)
    throw new UsageError("The document names no event. Give its name: --event order.placed.");
  try {
    return defineEvent(name, { version: 1, schema: ANYTHING }).name;
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const hint = isGuessed ? " Give another name: --event order.placed." : "";
    throw new UsageError(`${error.message}${hint}`);
  }
}
