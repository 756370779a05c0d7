/**
 * An object that looks like `target` but for the members in `own`. What is assigned to it lands in `own`; methods of
 * the target are called on the target.
 */
export function overlay<Target extends object>(target: Target, own: Record<PropertyKey, unknown>): Target {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return own[name];
      const value: unknown = Reflect.get(target, name, target);
      return isMethod(value) ? value.bind(target) : value;
    },
    set(_, name, value) {
      own[name] = value;
      return true;
    },
    has: (_, name) => Object.hasOwn(own, name) || name in target,
  });
}

/** Classes and constructors must stay what they are. */
const isMethod = (value: unknown): value is (...given: unknown[]) => unknown =>
  typeof value === "function" && !("prototype" in value);
