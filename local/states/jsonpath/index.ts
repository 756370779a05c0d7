export type { TemplateData } from "./call.ts";
export { CHOICE_OPERATORS, type ChoiceRule, evaluateChoiceRule } from "./choice.ts";
export { type Lookup, lookUp, type PathData, readPath } from "./read.ts";
export { evaluateExpression, evaluatePayloadTemplate } from "./template.ts";
export { parseTimestamp } from "./timestamp.ts";
export { writePath } from "./write.ts";
