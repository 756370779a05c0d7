import type { Kernel } from "../../kernel/kernel.ts";
import type { LambdaService } from "../service.ts";

export function lambdaOf(kernel: Kernel): LambdaService {
  return kernel.service("lambda") as LambdaService;
}
