import { providerFinder, type ResourceProvider } from "../kernel/resource.ts";
import type { AssemblyStack } from "./assembly.ts";
import { Dependencies } from "./dependencies.ts";
import { type Frame, framesWithin, present, type ResolveContext, scopeOf } from "./frame.ts";
import { refuseOverLimits } from "./limits.ts";
import { generatedName } from "./names.ts";
import { collectExports, openStack } from "./open.ts";
import { Problems } from "./problems.ts";
import { mentions, resolve, settle } from "./resolve.ts";
import { unserved } from "./shape.ts";
import { NESTED_STACK, type Template, type TemplateResource } from "./template.ts";

/** A resource to deploy; its properties still contain references to resources that are deployed before it. */
export interface PlannedResource {
  type: string;
  /** "Stack/Nested/LogicalId" */
  path: string;
  logicalId: string;
  generatedName: string;
  properties: Record<string, unknown>;
  /** What happens to it when the template no longer has it. */
  deletion: DeletionPolicy;
  provider: ResourceProvider;
  frame: Frame;
}

/** "RetainExceptOnCreate" retains a resource, unless the deployment that creates it fails. */
export type DeletionPolicy = "Delete" | "Retain" | "RetainExceptOnCreate";

export interface Plan {
  /** In the order of deployment. */
  resources: PlannedResource[];
  /** The app's stacks; nested ones are inside. */
  stacks: Frame[];
  exporter: ResolveContext["exporter"];
}

export interface PlanInput {
  stacks: AssemblyStack[];
  /** The template of a nested stack's object key. */
  template(objectKey: string): Template;
  providers: ResourceProvider[];
  account: string;
  region: string;
}

/** Resources that CDK adds to each stack for deployments and statistics; they are not the app's. */
const PASSED_OVER = new Set(["AWS::CDK::Metadata"]);

/**
 * Plans everything that has to be deployed. Throws one UserError with everything that the local cloud does
 * not support, so that nothing is created of an app that cannot run completely.
 */
export function plan(input: PlanInput): Plan {
  return new Planner(input).plan();
}

class Planner {
  private readonly input: PlanInput;
  private readonly context: ResolveContext;
  private readonly providerOf: (type: string) => ResourceProvider | undefined;
  private readonly exports = new Map<string, { frame: Frame; value: unknown }>();
  private readonly planned = new Map<string, PlannedResource>();
  private readonly dependencies = new Dependencies();
  private readonly problems = new Problems();

  constructor(input: PlanInput) {
    const { account, region, providers } = input;
    this.input = input;
    // Before the deployment, names have no values: conditions can only use parameters.
    this.context = {
      account,
      region,
      deployed: () => undefined,
      exporter: (name) => this.exports.get(name),
    };
    this.providerOf = providerFinder(providers);
  }

  plan(): Plan {
    const { input, context, problems } = this;
    const stacks = input.stacks.map((stack) => openStack(stack, input.template, context, problems));
    const frames = stacks.flatMap((stack) => [...framesWithin(stack)]);
    for (const frame of frames) collectExports(frame, this.exports, context, problems);
    for (const frame of frames) this.addStack(frame);
    input.stacks.forEach(({ dependsOn }, index) => {
      for (const other of dependsOn) this.dependencies.add(begin(stacks[index]!.path), end(other));
    });
    problems.throwIfAny();

    const resources = this.dependencies.inOrder().flatMap((node) => this.planned.get(node) ?? []);
    refuseOverLimits(stacks, resources);
    return { resources, stacks, exporter: context.exporter };
  }

  /** Adds a stack, with its resources and outputs. */
  private addStack(frame: Frame): void {
    const { context, dependencies, problems } = this;
    dependencies.add(end(frame.path), begin(frame.path));
    if (frame.parent) {
      dependencies.add(begin(frame.path), begin(frame.parent.path));
      dependencies.add(end(frame.parent.path), end(frame.path));
    }
    const here = problems.attempt(frame.path, () => present(frame, context)) ?? [];
    const resources = new Map(here.map((id) => [id, frame.template.Resources![id]!]));
    for (const id of [...resources.values()].flatMap((one) => this.servedHandler(one))) resources.delete(id);
    const names = new Set([...here, ...Object.keys(frame.template.Parameters ?? {})]);
    for (const [logicalId, resource] of resources) {
      if (PASSED_OVER.has(resource.Type)) continue;
      const where = `${frame.path}/${logicalId} (${resource.Type})`;
      const properties = this.propertiesOf(frame, resource, where);
      const isStack = frame.children.has(logicalId);
      const node = isStack ? begin(`${frame.path}/${logicalId}`) : `${frame.path}/${logicalId}`;
      dependencies.add(node, begin(frame.path));
      dependencies.add(end(frame.path), node);
      for (const id of [resource.DependsOn ?? []].flat())
        if (resources.has(id)) dependencies.add(node, target(frame, id));
      this.addReferences(frame, properties, { node, where, names });
      if (resource.Type !== NESTED_STACK) this.addResource(frame, { logicalId, resource, properties, where });
    }
    for (const [name, { Value, Condition }] of Object.entries(frame.template.Outputs ?? {})) {
      const where = `${frame.path}, output ${name}`;
      if (Condition && !problems.attempt(where, () => scopeOf(frame, context).condition(Condition))) continue;
      const value = problems.attempt(where, () => settle(Value, scopeOf(frame, context)));
      this.addReferences(frame, value, { node: end(frame.path), where, names });
    }
  }

  private propertiesOf(frame: Frame, resource: TemplateResource, where: string): Record<string, unknown> {
    const settled = this.problems.attempt(where, () =>
      settle(resource.Properties ?? {}, scopeOf(frame, this.context)),
    );
    const properties = (settled ?? {}) as Record<string, unknown>;
    if (this.isServedHere(resource)) delete properties.ServiceToken;
    return properties;
  }

  /** Records what the node needs because of the expression's references, and the expression's unsupported parts. */
  private addReferences(
    frame: Frame,
    expression: unknown,
    { node, where, names }: { node: string; where: string; names: Set<string> },
  ): void {
    const { context, dependencies, problems } = this;
    const found = mentions(expression);
    for (const why of found.refused) problems.add(where, why);
    for (const name of found.refs) {
      if (name.startsWith("AWS::")) continue;
      if (!names.has(name)) problems.add(where, `it refers to ${name}, which the template does not have`);
      else if (!frame.template.Parameters?.[name]) dependencies.add(node, target(frame, name));
    }
    for (const expressionOfName of found.imports) {
      const name = problems.attempt(where, () => String(resolve(expressionOfName, scopeOf(frame, context))));
      if (name === undefined) continue;
      const exporter = this.exports.get(name);
      if (exporter) dependencies.add(node, end(exporter.frame.path));
      else problems.add(where, `it imports ${name}, which no stack of the app exports`);
    }
  }

  private addResource(
    frame: Frame,
    {
      logicalId,
      resource,
      properties,
      where,
    }: { logicalId: string; resource: TemplateResource; properties: Record<string, unknown>; where: string },
  ): void {
    const { problems } = this;
    const provider = this.providerOf(resource.Type);
    const construct = resource.Metadata?.["aws:cdk:path"];
    const at = typeof construct === "string" ? `${where}, construct ${construct}` : where;
    if (!provider) {
      problems.add(at, "this resource type is not served by the local cloud");
      return;
    }
    for (const why of provider.refuses?.(properties) ?? []) problems.add(at, why);
    for (const name of provider.serves === true ? [] : unserved(properties, provider.serves)) {
      problems.add(at, `property ${name} is not served by the local cloud`);
    }
    const path = `${frame.path}/${logicalId}`;
    const stackName = frame.parent ? frame.path.slice(frame.path.lastIndexOf("/") + 1) : frame.name;
    this.planned.set(path, {
      type: resource.Type,
      path,
      logicalId,
      generatedName: generatedName(path, stackName, logicalId),
      properties,
      deletion: deletionOf(resource),
      provider,
      frame,
    });
  }

  /** A custom resource that an engine implements itself: its function would never be called. */
  private isServedHere(resource: TemplateResource): boolean {
    return this.providerOf(resource.Type)?.type.startsWith("Custom::") === true;
  }

  /** The logical ids of the function behind such a custom resource. */
  private servedHandler(resource: TemplateResource): string[] {
    return this.isServedHere(resource) ? mentions(resource.Properties?.ServiceToken).refs : [];
  }
}

/** The node that waits until a resource of the stack, or the nested stack, is there. */
function target(frame: Frame, logicalId: string): string {
  return frame.children.has(logicalId) ? end(`${frame.path}/${logicalId}`) : `${frame.path}/${logicalId}`;
}

/** A policy that makes a snapshot keeps the data, like "Retain" here. */
function deletionOf({ DeletionPolicy: policy = "Delete" }: TemplateResource): DeletionPolicy {
  return policy === "Delete" || policy === "RetainExceptOnCreate" ? policy : "Retain";
}

/** A stack is two nodes: its contents wait for its begin, and users of its outputs wait for its end. */
const begin = (stackPath: string) => `${stackPath} (begin)`;
const end = (stackPath: string) => `${stackPath} (end)`;
