export { type ChoiceRule, evaluateChoiceRule } from "./choice.ts";
export { lookUp, readPath } from "./read.ts";
export { evaluateExpression, evaluatePayloadTemplate } from "./template.ts";
export { parseTimestamp } from "./timestamp.ts";
export { writePath } from "./write.ts";
