import { createRequire } from "node:module";
import type { StateMachine } from "../../lib/index.ts";

const require = createRequire(import.meta.url);
const validator = require("asl-validator");
/** The module of which asl-validator takes its Ajv each time it is called. */
const ajv = createRequire(require.resolve("asl-validator"))("ajv");
const Ajv = ajv.default;

/** The first Ajv, instead of a new one: it has compiled its schemas, which takes longer than to validate. */
let first: object | undefined;
class FirstAjv {
  constructor(options: object) {
    const prepared = first && Object.create(first);
    // It has its formats and keywords, and refuses a keyword that it has.
    if (prepared) Object.assign(prepared, { addFormat: () => prepared, addKeyword: () => prepared });
    first ??= new Ajv(options) as object;
    // biome-ignore lint/correctness/noConstructorReturn: the caller gets what it would have made.
    return prepared ?? first;
  }
}

/** What asl-validator has to say against a machine, but for empty texts, which it refuses and the service takes. */
export function diagnose(machine: StateMachine): unknown[] {
  const filled = JSON.parse(JSON.stringify(machine), (_field, value) => (value === "" ? "empty" : value));
  ajv.default = FirstAjv;
  try {
    const { isValid, errors } = validator(filled);
    return isValid ? [] : errors;
  } finally {
    // Others that use Ajv in this process get one of their own.
    ajv.default = Ajv;
  }
}
