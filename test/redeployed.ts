import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulation, type SimulationOptions, simulate } from "../local/simulate.ts";

/** One cloud to which assemblies are deployed one after another. What the deployments before have stored stays. */
export class RedeployedCloud {
  cloud!: Simulation;
  private readonly data = mkdtempSync(join(tmpdir(), "millrace-redeployed-"));
  private time: string;
  private open = false;

  constructor(start: string) {
    this.time = start;
  }

  /** Deploys an assembly in place of what is there. Throws what the deployment was refused for. */
  async deploy(assembly: string, options: Partial<SimulationOptions> = {}): Promise<void> {
    await this.close();
    const { time: start, data } = this;
    this.cloud = await simulate(assembly, { seed: 1, start, data, schedules: false, ...options });
    this.open = true;
    await this.cloud.settle();
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    this.time = new Date(this.cloud.now() + 1000).toISOString();
    await this.cloud.close();
  }
}
