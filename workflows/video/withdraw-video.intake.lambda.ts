import { intake } from "../../lambdas/runtime/index.ts";
import { withdrawVideo } from "./withdraw-video.ts";

export const handler = intake(withdrawVideo);
