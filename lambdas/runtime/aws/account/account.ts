import { BedrockClient, GetFoundationModelAvailabilityCommand } from "@aws-sdk/client-bedrock";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { paginateListServiceQuotas, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { findDeployment } from "../release/deployment.ts";

/** Where the CDK's bootstrap stack stores its version, with the CDK's default qualifier. */
const BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version";

/** An AWS account in the region of the environment. Each method throws the service's error. */
export interface Account {
  region(): Promise<string>;
  /** Whether a stack has the outputs that the command line reads. */
  isDeployed(stack: string): Promise<boolean>;
  identity(): Promise<{ account: string; arn: string }>;
  bootstrapVersion(): Promise<number | undefined>;
  concurrency(): Promise<{ total: number; unreserved: number }>;
  /**
   * The applied quota of an action of Step Functions, in calls per second; undefined if the service lists
   * none.
   */
  statesQuota(action: "StartExecution" | "SendTaskSuccess"): Promise<number | undefined>;
  mayCall(model: string): Promise<boolean>;
}

export function awsAccount(): Account {
  const sts = new STSClient({});
  return {
    region: async () => await sts.config.region(),
    async isDeployed(stack) {
      try {
        await findDeployment(stack);
        return true;
      } catch (error) {
        if (/does not exist/.test((error as Error).message)) return false;
        throw error;
      }
    },
    async identity() {
      const { Account: account = "", Arn: arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
      return { account, arn };
    },
    async bootstrapVersion() {
      try {
        const { Parameter } = await new SSMClient({}).send(
          new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER }),
        );
        return Number(Parameter?.Value);
      } catch (error) {
        if ((error as Error).name === "ParameterNotFound") return undefined;
        throw error;
      }
    },
    async concurrency() {
      const { AccountLimit = {} } = await new LambdaClient({}).send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions: total = 0, UnreservedConcurrentExecutions: unreserved = 0 } =
        AccountLimit;
      return { total, unreserved };
    },
    async statesQuota(action) {
      const pages = paginateListServiceQuotas(
        { client: new ServiceQuotasClient({}) },
        { ServiceCode: "states" },
      );
      for await (const { Quotas = [] } of pages) {
        const found = Quotas.find(
          ({ QuotaName = "" }) => QuotaName.includes(action) && /refill/i.test(QuotaName),
        );
        if (found) return found.Value;
      }
      return undefined;
    },
    async mayCall(modelId) {
      const { authorizationStatus, entitlementAvailability, regionAvailability } = await new BedrockClient(
        {},
      ).send(new GetFoundationModelAvailabilityCommand({ modelId }));
      return (
        authorizationStatus === "AUTHORIZED" &&
        entitlementAvailability === "AVAILABLE" &&
        regionAvailability === "AVAILABLE"
      );
    },
  };
}
