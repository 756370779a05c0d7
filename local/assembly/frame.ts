import { UserError } from "../kernel/errors.ts";
import { isObject } from "../kernel/is-object.ts";
import type { DeployedResource } from "../kernel/resource.ts";
import { stackId } from "./names.ts";
import { NO_VALUE, resolve, type Scope, truth } from "./resolve.ts";
import type { Template } from "./template.ts";

/** One stack of the app, nested or not, with the meaning of its names. */
export interface Frame {
  /** "Stack/NestedLogicalId" */
  path: string;
  /** The value of AWS::StackName. */
  name: string;
  template: Template;
  parent: Frame | undefined;
  /** A nested stack's parameters: expressions in the parent's names. */
  given: Record<string, unknown>;
  /** Nested stacks by logical id. */
  children: Map<string, Frame>;
}

/** What expressions need from outside of their own stack. */
export interface ResolveContext {
  account: string;
  region: string;
  /** The resource that was deployed at this path, "Stack/Nested/LogicalId". */
  deployed(path: string): DeployedResource | undefined;
  /** The stack and the expression behind an export's name. */
  exporter(name: string): { frame: Frame; value: unknown } | undefined;
}

/** The meaning of names inside a stack. */
export function scopeOf(frame: Frame, context: ResolveContext): Scope {
  const { template } = frame;
  const pseudo: Record<string, unknown> = {
    "AWS::AccountId": context.account,
    "AWS::NoValue": NO_VALUE,
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": context.region,
    "AWS::StackId": stackId(frame.path, context),
    "AWS::StackName": frame.name,
    "AWS::URLSuffix": "amazonaws.com",
  };
  const scope: Scope = {
    region: context.region,
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (template.Parameters?.[name]) return parameter(frame, name, context);
      const child = frame.children.get(name);
      return child ? stackId(child.path, context) : deployed(name).ref;
    },
    attribute(logicalId, name) {
      const child = frame.children.get(logicalId);
      if (child) return output(child, name.replace(/^Outputs\./, ""), context);
      const { attributes } = deployed(logicalId);
      if (!Object.hasOwn(attributes, name)) {
        throw new UserError(`${frame.path}/${logicalId} has no attribute ${name} in the local cloud.`);
      }
      return attributes[name];
    },
    condition(name) {
      const expression = template.Conditions?.[name];
      if (expression === undefined) throw new UserError(`${frame.path} has no condition ${name}.`);
      return truth(expression, scope);
    },
    mapping: (map, top, second) => template.Mappings?.[map]?.[top]?.[second],
    importValue(name) {
      const found = context.exporter(name);
      if (!found) throw new UserError(`no stack of the app exports ${name}`);
      return resolve(found.value, scopeOf(found.frame, context));
    },
  };
  return scope;

  function deployed(logicalId: string): DeployedResource {
    const found = context.deployed(`${frame.path}/${logicalId}`);
    if (!found)
      throw new UserError(`${frame.path}/${logicalId} is needed here, but it is not deployed (yet)`);
    return found;
  }
}

/** The value of a stack's output. */
export function output(frame: Frame, name: string, context: ResolveContext): unknown {
  const found = frame.template.Outputs?.[name];
  if (!found) throw new UserError(`the stack ${frame.path} has no output ${name}`);
  return resolve(found.Value, scopeOf(frame, context));
}

const SSM_VALUE = "AWS::SSM::Parameter::Value<String>";

function parameter(frame: Frame, name: string, context: ResolveContext): unknown {
  const { Type: type, Default: byDefault } = frame.template.Parameters![name]!;
  const given = Object.hasOwn(frame.given, name);
  if (!given && byDefault === undefined) {
    throw new UserError(
      `the parameter ${name} of ${frame.path} has no default, and nothing gives it a value`,
    );
  }
  const value = given ? resolve(frame.given[name], scopeOf(frame.parent!, context)) : byDefault;
  // The parameter may be one that this deployment creates, so it is read when it is needed.
  if (type === SSM_VALUE) return `{{resolve:ssm:${value}}}`;
  if (type.startsWith("AWS::SSM::Parameter::Value")) {
    throw new UserError(
      `the parameter ${name} of ${frame.path} has the type ${type}. Of values in Parameter Store, the local cloud serves ${SSM_VALUE}`,
    );
  }
  if (type === "Number") return Number(value);
  if (type !== "CommaDelimitedList" && !type.startsWith("List<")) return value;
  const items = Array.isArray(value)
    ? value
    : String(value)
        .split(",")
        .map((item) => item.trim());
  return type === "List<Number>" ? items.map(Number) : items;
}

/** A frame and its inner ones, the outer first. */
export function* framesWithin(frame: Frame): Generator<Frame> {
  yield frame;
  for (const child of frame.children.values()) yield* framesWithin(child);
}

/** The logical ids of a stack's resources whose condition holds. */
export function present(frame: Frame, context: ResolveContext): string[] {
  const scope = scopeOf(frame, context);
  return Object.entries(frame.template.Resources ?? {})
    .filter(
      ([, resource]) => isObject(resource) && (!resource.Condition || scope.condition(resource.Condition)),
    )
    .map(([logicalId]) => logicalId);
}
