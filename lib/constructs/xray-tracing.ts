import type { IConstruct } from "constructs";

const NO_XRAY = "millrace:no-xray";

/** Switches X-Ray off for what will be below a construct: its traces go elsewhere. */
export function withoutXray({ node }: IConstruct): void {
  node.setContext(NO_XRAY, true);
}

/** Whether functions and state machines here are recorded by X-Ray. */
export function isTracedByXray({ node }: IConstruct): boolean {
  return node.tryGetContext(NO_XRAY) !== true;
}
