import type { AssemblyStack } from "./assembly.ts";
import { type Frame, present, type ResolveContext, scopeOf } from "./frame.ts";
import { stackName } from "./names.ts";
import type { Problems } from "./problems.ts";
import { resolve, settle } from "./resolve.ts";
import { NESTED_STACK, type Template } from "./template.ts";

/** A stack with its nested stacks. `template` returns the template of a nested stack's object key. */
export function openStack(
  stack: AssemblyStack,
  template: (objectKey: string) => Template,
  context: ResolveContext,
  problems: Problems,
): Frame {
  return open({ path: stack.name, name: stack.name, template: stack.template, parent: undefined, given: {} });

  function open(stackOrNested: Omit<Frame, "children">): Frame {
    const frame: Frame = { ...stackOrNested, children: new Map() };
    const { Transform, Resources } = frame.template;
    if (Transform !== undefined) {
      problems.add(frame.path, `the transform ${JSON.stringify(Transform)} is not served by the local cloud`);
    }
    for (const logicalId of problems.attempt(frame.path, () => present(frame, context)) ?? []) {
      if (Resources![logicalId]!.Type !== NESTED_STACK) continue;
      const child = problems.attempt(`${frame.path}/${logicalId}`, () => openNested(frame, logicalId));
      if (child) frame.children.set(logicalId, child);
    }
    return frame;
  }

  function openNested(parent: Frame, logicalId: string): Frame {
    const { TemplateURL, Parameters = {} } = parent.template.Resources![logicalId]!.Properties ?? {};
    const scope = scopeOf(parent, context);
    const url = String(resolve(TemplateURL, scope));
    const path = `${parent.path}/${logicalId}`;
    return open({
      path,
      name: stackName(path),
      template: template(url.slice(url.lastIndexOf("/") + 1)),
      parent,
      given: settle(Parameters, scope) as Record<string, unknown>,
    });
  }
}

/** Adds the exports of a stack, by name. */
export function collectExports(
  frame: Frame,
  exports: Map<string, { frame: Frame; value: unknown }>,
  context: ResolveContext,
  problems: Problems,
): void {
  const scope = scopeOf(frame, context);
  for (const [output, { Value, Export, Condition }] of Object.entries(frame.template.Outputs ?? {})) {
    problems.attempt(`${frame.path}, output ${output}`, () => {
      if (!Export || (Condition && !scope.condition(Condition))) return;
      exports.set(String(resolve(Export.Name, scope)), { frame, value: Value });
    });
  }
}
