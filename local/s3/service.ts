import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { attributeOperations } from "./attributes.ts";
import { bucketOperations } from "./bucket-operations.ts";
import { Buckets } from "./buckets.ts";
import { answerHttp, welcome } from "./http.ts";
import { checked } from "./inputs.ts";
import { Lifecycle } from "./lifecycle.ts";
import { listingOperations } from "./listing.ts";
import { multipartOperations } from "./multipart.ts";
import { Notifications } from "./notifications.ts";
import { objectOperations } from "./objects.ts";
import { SCHEMA } from "./schema.ts";
import { Uploads } from "./uploads.ts";
import { Versions } from "./versions.ts";

/**
 * S3: objects with versions, conditions, checksums and multipart uploads. `kernel.call` uses the SDK's types:
 * times are Dates, ETags are quoted, a body is text or bytes as input and a Buffer as output.
 */
export function s3Service(kernel: Kernel): Service {
  kernel.store.define(SCHEMA);
  const buckets = new Buckets(kernel);
  const versions = new Versions(kernel);
  const uploads = new Uploads(kernel, versions.blobs);
  const notifications = new Notifications(kernel);
  const lifecycle = new Lifecycle(kernel, versions, uploads, notifications);
  const engine = { kernel, buckets, versions, lifecycle, notifications };

  return {
    name: "s3",
    operations: checked({
      ...bucketOperations(engine),
      ...objectOperations(engine),
      ...attributeOperations(engine),
      ...multipartOperations(engine, uploads),
      ...listingOperations(kernel, buckets, versions, lifecycle),
    }),
    welcomes: welcome,
    http: (request) => answerHttp(kernel, request),
    start: () => notifications.deliver(),
  };
}
