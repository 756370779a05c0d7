import { TEMPLATE_LIMITS, type TemplateLimit } from "../../aws-limits/template-limits.ts";
import { TEXT_LENGTHS } from "../../aws-limits/text-lengths.ts";
import { UserError } from "../kernel/errors.ts";
import { type Frame, framesWithin } from "./frame.ts";

/** The relevant part of a planned resource. */
interface NamedResource {
  readonly type: string;
  readonly path: string;
  readonly logicalId: string;
  readonly properties: Record<string, unknown>;
}

/**
 * Throws one UserError with everything that CloudFormation refuses before it creates anything: templates that
 * are too large, and names and descriptions that are too long. The engines check the limits of the services
 * themselves.
 */
export function refuseOverLimits(stacks: readonly Frame[], resources: readonly NamedResource[]): void {
  const refusals = [
    ...stacks.flatMap((stack) => [...framesWithin(stack)].flatMap(ofTemplate)),
    ...stacks.flatMap(ofOperation),
    ...resources.flatMap(ofTexts),
  ];
  if (refusals.length === 0) return;
  throw new UserError(
    ["AWS would refuse this app, and so does the local cloud. Nothing was created.", ...refusals].join(
      "\n  - ",
    ),
  );
}

function ofTemplate({ path, template }: Frame): string[] {
  const counts = [
    ["resources", template.Resources],
    ["outputs", template.Outputs],
    ["parameters", template.Parameters],
  ] as const;
  const over = counts.flatMap(([limit, section]) => {
    const [count, { most }] = [Object.keys(section ?? {}).length, TEMPLATE_LIMITS[limit]];
    return count > most
      ? [`Template format error: Number of ${limit}, ${count}, is greater than maximum allowed, ${most}`]
      : [];
  });
  const { most } = TEMPLATE_LIMITS.templateDescription;
  const long = Buffer.byteLength(template.Description ?? "") > most;
  if (long) over.push(`Template format error: 'Description' length is greater than ${most}`);
  return over.map((text) => `${path}: ${text}.`);
}

/** One operation deploys a stack with its nested stacks. */
function ofOperation(stack: Frame): string[] {
  if (stack.children.size === 0) return [];
  const { most, what } = TEMPLATE_LIMITS.nestedResources;
  const count = [...framesWithin(stack)].reduce(
    (sum, { template }) => sum + Object.keys(template.Resources ?? {}).length,
    0,
  );
  return count > most ? [`${stack.path}: ${what}: ${count}, at most ${most}.`] : [];
}

function ofTexts({ type, path, logicalId, properties }: NamedResource): string[] {
  return Object.entries<TemplateLimit>(TEXT_LENGTHS[type] ?? {}).flatMap(([property, limit]) => {
    const [text, { most }] = [properties[property], TEMPLATE_LIMITS[limit]];
    if (typeof text !== "string" || text.length <= most) return [];
    return [
      `${path} (${type}): Properties validation failed for resource ${logicalId} with message: #/${property}: expected maxLength: ${most}, actual: ${text.length}.`,
    ];
  });
}
