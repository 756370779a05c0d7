import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { checked } from "./inputs.ts";
import { listed } from "./list.ts";
import { Secrets, TABLES } from "./secrets.ts";

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const CURRENT = "AWSCURRENT";

/**
 * Secrets Manager, with the operations that apps use. Rotation functions, replicas and policies are not
 * supported.
 */
export function secretsManagerService(kernel: Kernel): Service {
  kernel.store.define(TABLES);
  const secrets = new Secrets(kernel);
  const stagesOf = (name: string) =>
    Object.fromEntries(secrets.versions(name).map(({ id, stage }) => [id, [stage]]));
  return {
    name: "secretsmanager",
    operations: checked({
      CreateSecret({ Name, Description, ClientRequestToken, SecretString, SecretBinary }) {
        if (!NAME.test(Name ?? "")) {
          throw new ServiceError(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
          );
        }
        return kernel.store.atomically(() => {
          const secret = secrets.create(Name, Description);
          const hasValue = (SecretString ?? SecretBinary) !== undefined;
          const version = hasValue && secrets.put(secret, { SecretString, SecretBinary }, ClientRequestToken);
          return { ARN: secret.arn, Name, ...(version && { VersionId: version }) };
        });
      },

      PutSecretValue({ SecretId, ClientRequestToken, SecretString, SecretBinary, VersionStages }) {
        if (VersionStages && String(VersionStages) !== CURRENT) {
          throw new ServiceError(
            "InvalidParameterException",
            `The local cloud labels a new value ${CURRENT} and no other way.`,
          );
        }
        const secret = secrets.get(SecretId);
        const VersionId = secrets.put(secret, { SecretString, SecretBinary }, ClientRequestToken);
        return { ARN: secret.arn, Name: secret.name, VersionId, VersionStages: [CURRENT] };
      },

      GetSecretValue({ SecretId, VersionId, VersionStage }) {
        const secret = secrets.get(SecretId);
        const stage = VersionStage ?? (VersionId === undefined ? CURRENT : undefined);
        const { id, text, binary, created, stage: label } = secrets.version(secret, stage, VersionId);
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: id,
          ...(text !== null ? { SecretString: text } : { SecretBinary: binary }),
          VersionStages: [label],
          CreatedDate: created,
        };
      },

      DescribeSecret({ SecretId }) {
        const { arn, name, description, created, changed } = secrets.get(SecretId);
        return {
          ARN: arn,
          Name: name,
          ...(description !== null && { Description: description }),
          CreatedDate: created,
          LastChangedDate: changed,
          VersionIdsToStages: stagesOf(name),
        };
      },

      ListSecrets(input) {
        const { page, NextToken } = listed(secrets.all(), input);
        const SecretList = page.map(({ arn, name, description, created, changed }) => ({
          ARN: arn,
          Name: name,
          ...(description !== null && { Description: description }),
          CreatedDate: created,
          LastChangedDate: changed,
          SecretVersionsToStages: stagesOf(name),
        }));
        return { SecretList, ...(NextToken !== undefined && { NextToken }) };
      },
    }),
  };
}
