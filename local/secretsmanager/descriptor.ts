import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { secretsManagerResources } from "./resources.ts";
import { secretsManagerService } from "./service.ts";

export const secretsManagerEngine: Engine<"secretsmanager"> = {
  name: "secretsmanager",
  service: secretsManagerService,
  resources: secretsManagerResources,
  wire: { protocol: "json", target: "secretsmanager" },
  // A policy contains the secret's whole ARN, which only the service has.
  accesses(_kernel, operation, { SecretId = "*" }) {
    const resource = operation === "CreateSecret" || SecretId.startsWith("arn:") ? SecretId : undefined;
    return [access(`secretsmanager:${operation}`, resource)];
  },
};
