import { Stack } from "aws-cdk-lib";
import { type PrincipalBase, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/**
 * An AWS service that may assume a role on behalf of resources of this account only. A resource of another
 * account cannot make the service use the role ("confused deputy").
 */
export function serviceOfOwnAccount(scope: Construct, service: string): PrincipalBase {
  return new ServicePrincipal(service, {
    conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
  });
}
