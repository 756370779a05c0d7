/** Names of the environment variables that constructs set and handlers read. Each value once. */
export const ENVIRONMENT = {
  table: "MILLRACE_TABLE",
  bus: "MILLRACE_BUS",
  artifacts: "MILLRACE_ARTIFACTS",
  stateMachine: "MILLRACE_STATE_MACHINE",
  /** ARN of every state machine, up to the workflow's name. */
  stateMachines: "MILLRACE_STATE_MACHINES",
  queue: "MILLRACE_QUEUE",
  /** Names of all workflows, parted by commas. */
  workflows: "MILLRACE_WORKFLOWS",
  workflow: "MILLRACE_WORKFLOW",
  version: "MILLRACE_VERSION",
  retentionDays: "MILLRACE_RETENTION_DAYS",
  deadlineSeconds: "MILLRACE_DEADLINE_SECONDS",
  /** URL of the control function's queue. */
  controlQueue: "MILLRACE_CONTROL_QUEUE",
} as const;
