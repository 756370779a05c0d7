import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { checked } from "./inputs.ts";
import { listed } from "./list.ts";
import { ownerOf, type SecretRow, Secrets, TABLES } from "./secrets.ts";

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const CURRENT = "AWSCURRENT";
/** Of a deletion's recovery window; the longest is the default. */
const LEAST_DAYS = 7;
const MOST_DAYS = 30;
/** Seconds. */
const DAY = 86_400;

/**
 * Secrets Manager, with the operations that apps use. Rotation functions, replicas and policies are not
 * supported.
 */
export function secretsManagerService(kernel: Kernel): Service {
  kernel.store.define(TABLES);
  const secrets = new Secrets(kernel);
  const stagesOf = (name: string) =>
    Object.fromEntries(secrets.versions(name).map(({ id, stage }) => [id, [stage]]));
  const owning = (name: string) => {
    const OwningService = ownerOf(name);
    return OwningService === undefined ? {} : { OwningService };
  };
  const described = ({ arn, name, description, created, changed, requested }: SecretRow) => ({
    ARN: arn,
    Name: name,
    ...(description !== null && { Description: description }),
    CreatedDate: created,
    LastChangedDate: changed,
    ...(requested !== null && { DeletedDate: requested }),
    ...owning(name),
  });
  return {
    name: "secretsmanager",
    operations: checked({
      CreateSecret({ Name, Description, ClientRequestToken, SecretString, SecretBinary }, { caller }) {
        const isOfService = caller.endsWith(".amazonaws.com") && ownerOf(Name) !== undefined;
        if (!NAME.test(isOfService ? Name.replace("!", "/") : (Name ?? ""))) {
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
        const secret = secrets.usable(SecretId);
        const VersionId = secrets.put(secret, { SecretString, SecretBinary }, ClientRequestToken);
        return { ARN: secret.arn, Name: secret.name, VersionId, VersionStages: [CURRENT] };
      },

      GetSecretValue({ SecretId, VersionId, VersionStage }) {
        const secret = secrets.usable(SecretId);
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
        const secret = secrets.get(SecretId);
        return { ...described(secret), VersionIdsToStages: stagesOf(secret.name) };
      },

      DeleteSecret({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced }) {
        if (isForced && days !== undefined) {
          throw new ServiceError(
            "InvalidParameterException",
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
          );
        }
        if (days !== undefined && (days < LEAST_DAYS || days > MOST_DAYS)) {
          throw new ServiceError(
            "InvalidParameterException",
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
          );
        }
        const now = kernel.clock.now() / 1000;
        const secret = isForced ? secrets.get(SecretId) : secrets.usable(SecretId);
        const DeletionDate = isForced ? now : now + (days ?? MOST_DAYS) * DAY;
        secrets.scheduleDeletion(secret, DeletionDate);
        return { ARN: secret.arn, Name: secret.name, DeletionDate };
      },

      RestoreSecret({ SecretId }) {
        const secret = secrets.get(SecretId);
        secrets.cancelDeletion(secret);
        return { ARN: secret.arn, Name: secret.name };
      },

      ListSecrets(input) {
        const shown = secrets
          .all()
          .filter(({ requested }) => requested === null || input.IncludePlannedDeletion);
        const { page, NextToken } = listed(shown, input);
        const SecretList = page.map((secret) => ({
          ...described(secret),
          SecretVersionsToStages: stagesOf(secret.name),
        }));
        return { SecretList, ...(NextToken !== undefined && { NextToken }) };
      },
    }),
  };
}
