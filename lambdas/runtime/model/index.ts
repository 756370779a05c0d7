/**
 * The imports of steps that ask a model, for text or for images. Separate from the runtime's own index, since
 * it is large.
 */
export { askImageModel, type PaintingContext } from "./ask-image-model.ts";
export { type AskContext, type AskOptions, askModel } from "./ask-model.ts";
export type { ToolUse } from "./call-tools.ts";
export { defineImagePrompt, type ImagePrompt } from "./image-prompt.ts";
export type { Painting } from "./painting.ts";
export { type AnswerOf, definePrompt, type Prompt } from "./prompt.ts";
export { directly, type Tool, type ToolContext, tool, type UseTool } from "./tool.ts";
