/** The name of the stack without which the command line needs no --stack. */
const DEFAULT_STACK = "Millrace";

/**
 * How a user calls the command line for a deployment. `local`: how for the local cloud, which knows whether Millrace is a
 * package there.
 */
export function commandLine(
  { name, deployedOn }: { name: string; deployedOn: "aws" | "local" },
  local = "npx millrace",
): string {
  if (deployedOn === "aws") return `npx millrace --aws --stack ${name}`;
  return name === DEFAULT_STACK ? local : `${local} --stack ${name}`;
}

/** Whether this is the address of a console in the local cloud. */
export function isLocalAddress(address: string): boolean {
  return /\/_api\/|\.localhost[:/]/.test(address);
}

/** The same for a page of which only the address is known, before a user has signed in. */
export function commandLineAt(address: string, local = "npx millrace"): string {
  return isLocalAddress(address) ? local : "npx millrace --aws --stack <stack>";
}
