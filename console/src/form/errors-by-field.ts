/** An error of a field. */
interface FieldError {
  /** The path of the field, with a dot before each name. */
  property?: string | undefined;
  message?: string | undefined;
}

/** The errors as a tree, as forms show them next to their fields: messages are under `__errors`. */
export function errorsByField(errors: readonly FieldError[]): Record<string, any> {
  const tree: Record<string, any> = {};
  for (const { property = "", message = "" } of errors) {
    let at = tree;
    for (const part of property.split(".").filter(Boolean)) {
      // A payload may have fields such as "constructor", which every object has.
      if (!Object.hasOwn(at, part)) at[part] = {};
      at = at[part];
    }
    at.__errors = [...(at.__errors ?? []), message];
  }
  return tree;
}
