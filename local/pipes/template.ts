import { lookUp, parseJsonPath } from "../events/json-path.ts";
import { parseJson } from "../events/pattern/index.ts";
import { asText } from "../kernel/json-text.ts";

/** The values of the reserved variables, besides the event itself. */
export interface Variables {
  "pipe-arn": string;
  "pipe-name": string;
  "source-arn": string;
  "enrichment-arn": string;
  "target-arn": string;
  "event.ingestion-time": string;
}

const PLACEHOLDER = /<(\$[^<>]*|aws\.pipes\.[\w.-]+)>/g;
/** Quoted text, or a placeholder outside of it. */
const PART = /"(?:[^"\\]|\\.)*"|<(?:\$[^<>]*|aws\.pipes\.[\w.-]+)>/g;

/**
 * The event that an input template makes of another: JSON where the filled template is JSON, a text
 * otherwise. Paths find a body that is JSON as such, not as text.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
export function transform(template: string | undefined, event: any, variables: Variables): unknown {
  if (template === undefined || template === "") return event;
  const decoded = withParsedBody(event);
  const resolve = (name: string): unknown => {
    if (name.startsWith("$")) return valueAt(decoded, name) ?? "";
    if (name === "aws.pipes.event") return event;
    if (name === "aws.pipes.event.json") return decoded;
    return variables[name.slice("aws.pipes.".length) as keyof Variables] ?? "";
  };
  const filled = template.replace(PART, (part) => {
    if (!part.startsWith('"')) return JSON.stringify(resolve(part.slice(1, -1)));
    return part.replace(PLACEHOLDER, (_, name: string) => {
      const value = resolve(name);
      return typeof value === "string" ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
    });
  });
  try {
    return parseJson(filled);
  } catch {
    // Free text: placeholders are replaced by the text of their values.
    return template.replace(PLACEHOLDER, (_, name: string) => asText(resolve(name)));
  }
}

/** A parameter of a target: a text, or the value at a path of the event. */
export function dynamic(parameter: string | undefined, event: unknown): string | undefined {
  if (parameter === undefined || !parameter.startsWith("$.")) return parameter;
  const value = valueAt(withParsedBody(event), parameter);
  return value === undefined ? undefined : asText(value);
}

function valueAt(event: unknown, path: string): unknown {
  const steps = parseJsonPath(path);
  return steps && lookUp(event, steps);
}

/** The event with its body as JSON, where it is some. */
function withParsedBody(event: any): any {
  if (typeof event?.body !== "string") return event;
  try {
    return { ...event, body: parseJson(event.body) };
  } catch {
    return event;
  }
}
