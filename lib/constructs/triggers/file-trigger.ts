import type { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { EventContract } from "../../contract/event.ts";
import type { EventTriggerSpec, LandedFile } from "../../contract/trigger/event.ts";
import { EventTrigger } from "./event-trigger.ts";
import { announce, type TriggerProps } from "./trigger-function.ts";

export interface FileTriggerProps extends TriggerProps<EventTriggerSpec<EventContract, LandedFile>> {
  /** A bucket of this app. This enables its EventBridge notifications. */
  readonly bucket: Bucket;
}

/** A new object in a bucket becomes an event. */
export class FileTrigger extends EventTrigger {
  constructor(scope: Construct, id: string, { bucket, ...props }: FileTriggerProps) {
    super(scope, id, { ...props, where: { bucket: { name: [bucket.bucketName] } } });
    announce(props, "files", bucket.node.id);
    const resource = bucket.node.defaultChild as CfnBucket;
    // CDK's own way is a function and a custom resource that set this one property.
    resource.addPropertyOverride(
      "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled",
      true,
    );
  }
}
