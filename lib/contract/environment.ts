/** Names of the environment variables that constructs set and handlers read. Each value once. */
export const ENVIRONMENT = {
  /** Namespace of the metrics that the function writes. Powertools itself reads it. */
  metrics: "POWERTOOLS_METRICS_NAMESPACE",
  table: "MILLRACE_TABLE",
  bus: "MILLRACE_BUS",
  artifacts: "MILLRACE_ARTIFACTS",
  stateMachine: "MILLRACE_STATE_MACHINE",
  /** ARN of every state machine, up to the workflow's name. */
  stateMachines: "MILLRACE_STATE_MACHINES",
  queue: "MILLRACE_QUEUE",
  /** Names of all workflows, separated by commas. */
  workflows: "MILLRACE_WORKFLOWS",
  /** Names of all reactions, separated by commas. */
  reactions: "MILLRACE_REACTIONS",
  workflow: "MILLRACE_WORKFLOW",
  version: "MILLRACE_VERSION",
  /** Fields of the event that the state machine itself reads: a list as JSON. */
  eventReads: "MILLRACE_EVENT_READS",
  retentionDays: "MILLRACE_RETENTION_DAYS",
  archiveDays: "MILLRACE_ARCHIVE_DAYS",
  deadlineSeconds: "MILLRACE_DEADLINE_SECONDS",
  /**
   * Ids of the roles that may send commands through the control function's queue, separated by commas. Others
   * may only send reminders.
   */
  commanders: "MILLRACE_COMMANDERS",
  /** URL of the control function's queue. */
  controlQueue: "MILLRACE_CONTROL_QUEUE",
  /** ARN of the secret with which a sender signs: one that posts to a webhook, or a delivery itself. */
  secret: "MILLRACE_SECRET",
  /** URL to which a delivery posts. */
  destination: "MILLRACE_DESTINATION",
  /** URL of the dead-letter queue of the function's own queue. */
  deadLetters: "MILLRACE_DEAD_LETTERS",
  /** Key prefix in the artifact bucket under which Lambda stores records that the relay failed to handle. */
  failedRecords: "MILLRACE_FAILED_RECORDS",
  /** ARNs of the bus, and of its archive. */
  busArn: "MILLRACE_BUS_ARN",
  archive: "MILLRACE_ARCHIVE",
  /** The language model that the function's steps call: a `ModelSetting` as JSON. */
  model: "MILLRACE_MODEL",
  /** The image model that they call: an `ImageModelSetting` as JSON. */
  imageModel: "MILLRACE_IMAGE_MODEL",
  /** Names of the tools that models may call in the function, separated by commas. */
  tools: "MILLRACE_TOOLS",
  /** Names of the subscribers whose deliveries the ledger records, separated by commas. */
  ledger: "MILLRACE_LEDGER",
  /** Where traces and metrics go, if not to X-Ray and CloudWatch: a `TelemetrySetting` as JSON. */
  telemetry: "MILLRACE_TELEMETRY",
  /** Names of the workflows whose completed steps are only logged, separated by commas. */
  loggedSteps: "MILLRACE_LOGGED_STEPS",
  /** What publishes events from outside: `Producer`s as JSON. */
  producers: "MILLRACE_PRODUCERS",
  /** Name of the control function. */
  control: "MILLRACE_CONTROL",
  /** Set where a run that succeeds has nothing to seal. */
  leavesNothing: "MILLRACE_LEAVES_NOTHING",
  /** URL of the intake queue of an express workflow, for the function that reads it and the queue of its steps. */
  intakeQueue: "MILLRACE_INTAKE_QUEUE",
  /** How users sign in to the API: a `SignIn` as JSON. */
  signIn: "MILLRACE_SIGN_IN",
} as const;
