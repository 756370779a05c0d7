import * as z from "zod";
import { Fields, Time } from "./common.ts";
import { ModelCallView } from "./model.ts";

/** A line that a handler logged or printed. */
export const WrittenLineView = z
  .object({
    id: z.string(),
    at: Time,
    level: z.string().meta({ description: "For example INFO or ERROR" }),
    message: z.string(),
    step: z.string().optional(),
    path: z.string().optional(),
    attempt: z.int().optional(),
    stack: z.string().optional(),
    fields: Fields.optional().meta({ description: "Other fields of a structured line" }),
    modelCall: ModelCallView.optional().meta({ description: "If the line is about a call of a model" }),
    shared: z
      .boolean()
      .optional()
      .meta({ description: "The invocation handled several messages, so the line may be of another one" }),
  })
  .meta({ id: "WrittenLine" });
export type WrittenLineView = z.infer<typeof WrittenLineView>;

export const WrittenLines = z
  .object({
    items: z.array(WrittenLineView),
    more: z.boolean().optional().meta({ description: "There are more lines than are returned" }),
  })
  .meta({ id: "WrittenLines" });
export type WrittenLines = z.infer<typeof WrittenLines>;
