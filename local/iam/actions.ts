import { ALL_ENGINES } from "../engines.ts";
import { type Access, access } from "../kernel/access.ts";
import type { Kernel } from "../kernel/kernel.ts";

type Describe = (kernel: Kernel, operation: string, input: any) => Access[];

const BY_SERVICE = new Map<string, Describe>(
  ALL_ENGINES.flatMap(({ name, wire, accesses }) => {
    const further = wire.protocol === "rest" ? (wire.alsoSignedFor ?? []) : [];
    return [name, ...further].map((each) => [each, accesses] as const);
  }),
);

/** The accesses of a call for IAM. */
export function accessesOf(kernel: Kernel, service: string, operation: string, input: any): Access[] {
  const describe = BY_SERVICE.get(service);
  return describe ? describe(kernel, operation, input) : [access(`${service}:${operation}`, "*")];
}
