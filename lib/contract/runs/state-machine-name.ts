/** The name of a state machine. No stack's name contains an underscore. */
export function stateMachineName(stack: string, machine: string): string {
  return `${stack}_${machine}`;
}

/**
 * The state machine that undoes the effects of a workflow's runs. No workflow's own name contains an
 * underscore.
 */
export function compensationMachine(workflow: string): string {
  return `${workflow}${COMPENSATION}`;
}

export function isCompensationMachine(machine: string): boolean {
  return machine.endsWith(COMPENSATION);
}

const COMPENSATION = "_undo";
