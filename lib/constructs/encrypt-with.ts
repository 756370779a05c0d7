import { Aspects, type IAspect, Stack } from "aws-cdk-lib";
import { CfnGlobalTable } from "aws-cdk-lib/aws-dynamodb";
import { type IRole, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";

/** The permissions of a role that reads and writes with the key. DynamoDB requires all of them. */
const USES = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/** The services that use the key on behalf of a role. */
const SERVICES = ["dynamodb", "s3", "secretsmanager", "sqs"];

/** How long SQS reuses a data key: 12 times fewer requests than with its default. */
const DATA_KEY_SECONDS = 3_600;

/**
 * Encrypts the resources below a construct with a key: tables, queues, buckets, secrets and log groups. Roles
 * below it may use the key through these services only. Resources that are added later are covered too.
 */
export function encryptWith(scope: IConstruct, key: IKey): void {
  allowServices(Stack.of(scope), key);
  Aspects.of(scope).add(new EncryptedWith(key));
}

class EncryptedWith implements IAspect {
  private readonly key: IKey;

  constructor(key: IKey) {
    this.key = key;
  }

  visit(node: IConstruct): void {
    const { keyArn } = this.key;
    if (node instanceof CfnQueue) {
      node.sqsManagedSseEnabled = false;
      node.kmsMasterKeyId = keyArn;
      node.kmsDataKeyReusePeriodSeconds = DATA_KEY_SECONDS;
    } else if (node instanceof CfnLogGroup || node instanceof CfnSecret) {
      node.kmsKeyId = keyArn;
    } else if (node instanceof CfnBucket) {
      node.bucketEncryption = {
        serverSideEncryptionConfiguration: [
          {
            serverSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
            bucketKeyEnabled: true,
          },
        ],
      };
    } else if (node instanceof CfnGlobalTable) {
      node.sseSpecification = { sseEnabled: true, sseType: "KMS" };
      node.addPropertyOverride("Replicas.0.SSESpecification.KMSMasterKeyId", keyArn);
    } else if (node instanceof Role) {
      allowUse(node, this.key);
    }
  }
}

/** Lets a role use a key through the services whose data is encrypted with it. */
export function allowUse(role: IRole, { keyArn }: IKey): void {
  const { region } = Stack.of(role);
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: USES,
      resources: [keyArn],
      conditions: {
        StringEquals: { "kms:ViaService": SERVICES.map((service) => `${service}.${region}.amazonaws.com`) },
      },
    }),
  );
}

/**
 * The statements for the key's own policy: services that use it without a role. An imported key's policy does
 * not change; its owner adds these statements.
 */
function allowServices({ account, region, partition }: Stack, key: IKey): void {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "Logs",
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      resources: ["*"],
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
  // Rules send events to encrypted queues and their dead-letter queues:
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "Events",
      principals: [new ServicePrincipal("events.amazonaws.com")],
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    }),
  );
}
