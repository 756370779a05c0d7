/** What the checks judge. A fact that could not be read has the reason instead. */
export type Read<Fact> = { readonly value: Fact } | { readonly unread: string };

/** Versions of the tools, as this machine and the project's packages have them. */
export interface MachineFacts {
  /** "24.1.0" */
  readonly node: string;
  /** Version of the package aws-cdk; undefined where the project has none. */
  readonly cdkCli: string | undefined;
  /** Version of the package aws-cdk-lib; undefined where the project has none. */
  readonly cdkLibrary: string | undefined;
}

/** What an AWS account allows, in one region. */
export interface AccountFacts {
  readonly identity: Read<{ account: string; arn: string }>;
  readonly region: Read<string>;
  /** Whether the stack of --stack is deployed, with what the commands need. */
  readonly deployed: Read<boolean>;
  /** Version of the CDK's bootstrap stack; undefined where the region is not bootstrapped. */
  readonly bootstrap: Read<number | undefined>;
  /** Concurrent executions of Lambda functions that the account may have, and that no function has reserved. */
  readonly concurrency: Read<{ total: number; unreserved: number }>;
  /** Applied quotas of Step Functions, in calls a second; undefined where the service does not list one. */
  readonly startExecution: Read<number | undefined>;
  readonly sendTaskSuccess: Read<number | undefined>;
  /** Whether each Bedrock model that the app names may be called. */
  readonly models: readonly { readonly id: string; readonly access: Read<boolean> }[];
}
