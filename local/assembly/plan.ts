import { providerFinder, type ResourceProvider } from "../kernel/resource.ts";
import type { AssemblyStack } from "./assembly.ts";
import { type Frame, framesWithin, present, type ResolveContext, scopeOf } from "./frame.ts";
import { refuseOverLimits } from "./limits.ts";
import { generatedName } from "./names.ts";
import { collectExports, openStack } from "./open.ts";
import { inDependencyOrder } from "./order.ts";
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
export function plan({ stacks, template, providers, account, region }: PlanInput): Plan {
  const problems = new Problems();
  const exports = new Map<string, { frame: Frame; value: unknown }>();
  // Before the deployment, names have no values: conditions can only use parameters.
  const context: ResolveContext = {
    account,
    region,
    deployed: () => undefined,
    exporter: (name) => exports.get(name),
  };
  const tops = stacks.map((stack) => openStack(stack, template, context, problems));
  const frames = tops.flatMap((top) => [...framesWithin(top)]);
  for (const frame of frames) collectExports(frame, exports, context, problems);

  const providerOf = providerFinder(providers);
  const planned = new Map<string, PlannedResource>();
  const needs = new Map<string, Set<string>>();
  for (const frame of frames) layOut(frame);
  stacks.forEach((stack, index) => {
    for (const other of stack.dependsOn) need(begin(tops[index]!.path), end(other));
  });
  problems.throwIfAny();

  const ordered = inDependencyOrder([...needs.keys()], (node) => needs.get(node) ?? []);
  const resources = ordered.flatMap((node) => planned.get(node) ?? []);
  refuseOverLimits(tops, resources);
  return {
    resources,
    stacks: tops,
    exporter: context.exporter,
  };

  function layOut(frame: Frame): void {
    need(end(frame.path), begin(frame.path));
    if (frame.parent) {
      need(begin(frame.path), begin(frame.parent.path));
      need(end(frame.parent.path), end(frame.path));
    }
    const here = problems.attempt(frame.path, () => present(frame, context)) ?? [];
    const custom = new Set(here.flatMap((id) => servedHandler(frame.template.Resources![id]!)));
    const names = new Set([...here, ...Object.keys(frame.template.Parameters ?? {})]);
    for (const logicalId of here) {
      const resource = frame.template.Resources![logicalId]!;
      if (PASSED_OVER.has(resource.Type) || custom.has(logicalId)) continue;
      const where = `${frame.path}/${logicalId} (${resource.Type})`;
      const settled = problems.attempt(where, () =>
        settle(resource.Properties ?? {}, scopeOf(frame, context)),
      );
      const properties = (settled ?? {}) as Record<string, unknown>;
      if (providerOf(resource.Type)?.type.startsWith("Custom::")) delete properties.ServiceToken;
      const dependsOn = [resource.DependsOn ?? []]
        .flat()
        .filter((id) => here.includes(id) && !custom.has(id));
      const node = frame.children.has(logicalId)
        ? begin(`${frame.path}/${logicalId}`)
        : `${frame.path}/${logicalId}`;
      need(node, begin(frame.path));
      need(end(frame.path), node);
      for (const id of dependsOn) need(node, target(frame, id));
      connect(frame, node, where, properties, names);
      if (resource.Type !== NESTED_STACK) addResource(frame, logicalId, resource, properties, where);
    }
    for (const [name, { Value, Condition }] of Object.entries(frame.template.Outputs ?? {})) {
      const where = `${frame.path}, output ${name}`;
      if (Condition && !problems.attempt(where, () => scopeOf(frame, context).condition(Condition))) continue;
      const value = problems.attempt(where, () => settle(Value, scopeOf(frame, context)));
      connect(frame, end(frame.path), where, value, names);
    }
  }

  /** Records the references of an expression, and its unsupported parts. */
  function connect(frame: Frame, node: string, where: string, expression: unknown, names: Set<string>): void {
    const found = mentions(expression);
    for (const why of found.refused) problems.add(where, why);
    for (const name of found.refs) {
      if (name.startsWith("AWS::")) continue;
      if (!names.has(name)) problems.add(where, `it refers to ${name}, which the template does not have`);
      else if (!frame.template.Parameters?.[name]) need(node, target(frame, name));
    }
    for (const expressionOfName of found.imports) {
      const name = problems.attempt(where, () => String(resolve(expressionOfName, scopeOf(frame, context))));
      if (name === undefined) continue;
      const exporter = exports.get(name);
      if (exporter) need(node, end(exporter.frame.path));
      else problems.add(where, `it imports ${name}, which no stack of the app exports`);
    }
  }

  function addResource(
    frame: Frame,
    logicalId: string,
    resource: TemplateResource,
    properties: Record<string, unknown>,
    where: string,
  ): void {
    const provider = providerOf(resource.Type);
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
    planned.set(path, {
      type: resource.Type,
      path,
      logicalId,
      generatedName: generatedName(
        path,
        frame.parent ? frame.path.slice(frame.path.lastIndexOf("/") + 1) : frame.name,
        logicalId,
      ),
      properties,
      deletion: deletionOf(resource),
      provider,
      frame,
    });
  }

  /** The function behind a custom resource that an engine implements itself: it would never be called. */
  function servedHandler(resource: TemplateResource): string[] {
    if (!providerOf(resource.Type)?.type.startsWith("Custom::")) return [];
    return mentions(resource.Properties?.ServiceToken).refs;
  }

  function target(frame: Frame, logicalId: string): string {
    return frame.children.has(logicalId) ? end(`${frame.path}/${logicalId}`) : `${frame.path}/${logicalId}`;
  }

  function need(node: string, dependency: string): void {
    const known = needs.get(node) ?? new Set();
    needs.set(node, known.add(dependency));
    if (!needs.has(dependency)) needs.set(dependency, new Set());
  }
}

/** A policy that makes a snapshot keeps the data, like "Retain" here. */
function deletionOf({ DeletionPolicy: policy = "Delete" }: TemplateResource): DeletionPolicy {
  return policy === "Delete" || policy === "RetainExceptOnCreate" ? policy : "Retain";
}

/** A stack is two nodes: its contents wait for its begin, and users of its outputs wait for its end. */
const begin = (stackPath: string) => `${stackPath} (begin)`;
const end = (stackPath: string) => `${stackPath} (end)`;
