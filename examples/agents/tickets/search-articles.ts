import * as z from "zod";
import { defineTool } from "../../../lib/index.ts";

export const searchArticles = defineTool("search-articles", {
  description:
    "Searches the help centre. Call it with the words of a customer; articles that answer best come first.",
  input: z.object({ query: z.string().min(1).max(4_000), most: z.int().min(1).max(5).default(3) }),
  output: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      text: z.string(),
      /** The score: above 20 is a good match. */
      score: z.number(),
    }),
  ),
});
