import { lookUp, parseJsonPath } from "./json-path.ts";
import { parseJson } from "./pattern/index.ts";

/** The form in which a target receives an event; at most one of the three. */
export interface InputSettings {
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
}

/** The values of a template's reserved variables, in addition to the event itself. */
export interface Occasion {
  ruleArn: string;
  ruleName: string;
  /** When the bus accepted the event: "2026-11-21T07:00:00Z". */
  ingestionTime: string;
}

/** The transformer made something that is not JSON: such an event is not delivered. */
export class InputError extends Error {}

const PLACEHOLDER = /<([\w.-]+)>/g;
const RESERVED = new Set([
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
]);

/** The first placeholder of a template that neither the paths nor the service define. */
export function undefinedPlaceholder(
  transformer: NonNullable<InputSettings["InputTransformer"]>,
): string | undefined {
  for (const [, name] of transformer.InputTemplate.matchAll(PLACEHOLDER)) {
    if (!RESERVED.has(name!) && !Object.hasOwn(transformer.InputPathsMap ?? {}, name!)) return name;
  }
  return undefined;
}

/** The text that a target receives for an event (as text). Throws InputError. */
export function targetInput(settings: InputSettings, event: string, occasion: Occasion): string {
  if (settings.Input !== undefined) return settings.Input;
  if (settings.InputPath !== undefined && settings.InputPath !== "$") {
    const found = lookUp(parseJson(event), parseJsonPath(settings.InputPath) ?? []);
    if (found === undefined) throw new InputError(`The event has nothing at ${settings.InputPath}.`);
    return JSON.stringify(found);
  }
  if (settings.InputTransformer) return transform(settings.InputTransformer, event, occasion);
  return event;
}

function transform(
  { InputPathsMap = {}, InputTemplate }: NonNullable<InputSettings["InputTransformer"]>,
  eventText: string,
  occasion: Occasion,
): string {
  const event = parseJson(eventText);
  const resolve = (name: string): unknown => {
    if (Object.hasOwn(InputPathsMap, name))
      return lookUp(event, parseJsonPath(InputPathsMap[name]!) ?? []) ?? "";
    if (name === "aws.events.rule-arn") return occasion.ruleArn;
    if (name === "aws.events.rule-name") return occasion.ruleName;
    if (name === "aws.events.event.ingestion-time") return occasion.ingestionTime;
    if (name === "aws.events.event.json") return event;
    return withoutDetail(event);
  };
  return InputTemplate.trimStart().startsWith('"')
    ? asTexts(InputTemplate, resolve)
    : asJson(InputTemplate, resolve);
}

/** A template of one or several quoted texts: the value of a placeholder loses its quotation marks. */
function asTexts(template: string, resolve: (name: string) => unknown): string {
  return template.replace(PLACEHOLDER, (_, name: string) => {
    const value = resolve(name);
    return typeof value === "string" ? inside(value) : JSON.stringify(value).replaceAll('"', "");
  });
}

/**
 * A template of a JSON document: a placeholder outside of a text is replaced by a JSON value, one inside of a
 * text by the characters of a text, number or boolean. A list or an object inside of a text gives invalid
 * JSON.
 */
function asJson(template: string, resolve: (name: string) => unknown): string {
  const filled = template.replace(/"(?:[^"\\]|\\.)*"|<[\w.-]+>/g, (part) => {
    if (!part.startsWith('"')) return JSON.stringify(resolve(part.slice(1, -1)));
    return part.replace(PLACEHOLDER, (_, name: string) => {
      const value = resolve(name);
      return typeof value === "string" ? inside(value) : JSON.stringify(value);
    });
  });
  try {
    JSON.parse(filled);
  } catch (error) {
    throw new InputError(`The input template gives no JSON: ${(error as Error).message}`);
  }
  return filled;
}

function inside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The value of `<aws.events.event>`: the event without its detail, and with `detail-type` in camel case. */
function withoutDetail(event: Record<string, unknown>): Record<string, unknown> {
  const { detail: _, "detail-type": detailType, ...rest } = event;
  return { ...rest, detailType };
}
