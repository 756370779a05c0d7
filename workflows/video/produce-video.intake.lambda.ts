import { intake } from "../../lambdas/runtime/index.ts";
import { produceVideo } from "./produce-video.ts";

export const handler = intake(produceVideo);
