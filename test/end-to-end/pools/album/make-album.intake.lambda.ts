import { intake } from "../../../../lambdas/runtime/index.ts";
import { makeAlbum } from "./workflow.ts";

export const handler = intake(makeAlbum);
