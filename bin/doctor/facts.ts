/** The input of the checks. A fact that could not be read has the reason instead. */
export type Read<Fact> = { readonly value: Fact } | { readonly unread: string };

/** Versions of the tools on this machine and in the project. */
export interface MachineFacts {
  /** "24.1.0" */
  readonly node: string;
  /** Version of the package aws-cdk; undefined if the project has none. */
  readonly cdkCli: string | undefined;
  /** Version of the package aws-cdk-lib; undefined if the project has none. */
  readonly cdkLibrary: string | undefined;
}

/** The settings of an AWS account, in one region. */
export interface AccountFacts {
  readonly identity: Read<{ account: string; arn: string }>;
  readonly region: Read<string>;
  /** Whether the stack of --stack is deployed, with the outputs that the commands need. */
  readonly deployed: Read<boolean>;
  /** Version of the CDK's bootstrap stack; undefined if the region is not bootstrapped. */
  readonly bootstrap: Read<number | undefined>;
  /**
   * Concurrent executions of Lambda functions that the account may have, and that no function has reserved.
   */
  readonly concurrency: Read<{ total: number; unreserved: number }>;
  /** Applied quotas of Step Functions, in calls per second; undefined if the service does not list one. */
  readonly startExecution: Read<number | undefined>;
  readonly sendTaskSuccess: Read<number | undefined>;
  /** Whether each Bedrock model that the app names may be called. */
  readonly models: readonly { readonly id: string; readonly access: Read<boolean> }[];
}
