/** What steps import that ask a language model. Apart from the runtime's own index, since it is large. */
export { type AskContext, type AskOptions, askModel } from "./ask-model.ts";
export { type AnswerOf, definePrompt, type Prompt } from "./prompt.ts";
