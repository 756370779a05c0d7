import type { ResourceProvider } from "../kernel/resource.ts";
import { generate } from "./generate.ts";
import { Secrets } from "./secrets.ts";

/**
 * AWS::SecretsManager::Secret. A generated value is generated once; a value that was stored later stays,
 * until the template sets another.
 */
export const secretsManagerResources: ResourceProvider[] = [
  {
    type: "AWS::SecretsManager::Secret",
    serves: {
      Name: true,
      Description: true,
      SecretString: true,
      GenerateSecretString: {
        PasswordLength: true,
        ExcludeCharacters: true,
        ExcludeLowercase: true,
        ExcludeUppercase: true,
        ExcludeNumbers: true,
        ExcludePunctuation: true,
        IncludeSpace: true,
        RequireEachIncludedType: "a password of the usual length has each",
        SecretStringTemplate: true,
        GenerateStringKey: true,
      },
      KmsKeyId: "the local cloud does not encrypt",
      Tags: "text for people",
    },
    deploy({ properties, generatedName }, kernel) {
      const { Name = generatedName, Description, SecretString, GenerateSecretString } = properties;
      const secrets = new Secrets(kernel);
      const secret = secrets.find(Name) ?? secrets.create(Name, Description);
      secrets.cancelDeletion(secret);
      const isNew = secrets.versions(Name).length === 0;
      if (SecretString !== undefined && secret.declared !== SecretString) {
        secrets.put(secret, { SecretString });
        secrets.declare(Name, SecretString);
      } else if (isNew) {
        secrets.put(secret, { SecretString: generate(GenerateSecretString ?? {}, kernel.random) });
      }
      return { ref: secret.arn, attributes: { Id: secret.arn } };
    },
    remove(arn, kernel) {
      new Secrets(kernel).remove(arn);
    },
  },
  {
    type: "AWS::SecretsManager::ResourcePolicy",
    serves: {
      SecretId: true,
      ResourcePolicy: "the policies of a caller's role decide who may read a secret here",
      BlockPublicPolicy: "only programs of this machine can call",
    },
    deploy: ({ properties }) => ({ ref: properties.SecretId, attributes: {} }),
  },
];
