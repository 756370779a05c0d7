import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { s3Resources } from "./resources.ts";
import { s3Service } from "./service.ts";

export const s3Engine: Engine<"s3"> = {
  name: "s3",
  service: s3Service,
  resources: s3Resources,
  wire: { protocol: "rest", hosts: [/(?:^|\.)s3(?:[.-][a-z0-9-]+)?\.(?:localhost|127\.0\.0\.1)$/] },
  accesses(_kernel, operation, input) {
    const bucket = input.Bucket === undefined ? "*" : `arn:aws:s3:::${input.Bucket}`;
    const object = input.Key === undefined ? bucket : `${bucket}/${input.Key}`;
    switch (operation) {
      case "HeadObject":
        return [access("s3:GetObject", object)];
      case "GetObjectAttributes":
        return [access("s3:GetObject", object), access("s3:GetObjectAttributes", object)];
      case "HeadBucket":
      case "ListObjects":
      case "ListObjectsV2":
        return [
          access("s3:ListBucket", bucket, { "s3:prefix": input.Prefix, "s3:delimiter": input.Delimiter }),
        ];
      case "ListBuckets":
        return [access("s3:ListAllMyBuckets", "*")];
      case "ListObjectVersions":
        return [access("s3:ListBucketVersions", bucket)];
      case "ListMultipartUploads":
        return [access("s3:ListBucketMultipartUploads", bucket)];
      case "ListParts":
        return [access("s3:ListMultipartUploadParts", object)];
      case "PutObject":
        return [
          access("s3:PutObject", object),
          ...(input.Tagging ? [access("s3:PutObjectTagging", object)] : []),
        ];
      case "CreateMultipartUpload":
      case "UploadPart":
      case "CompleteMultipartUpload":
        return [access("s3:PutObject", object)];
      case "CopyObject":
      case "UploadPartCopy": {
        const source = decodeURIComponent(String(input.CopySource ?? "").split("?")[0]!).replace(/^\//, "");
        return [access("s3:PutObject", object), access("s3:GetObject", `arn:aws:s3:::${source}`)];
      }
      case "DeleteObjects":
        return (input.Delete?.Objects ?? []).map(({ Key }: any) =>
          access("s3:DeleteObject", `${bucket}/${Key}`),
        );
      default:
        return [access(`s3:${operation}`, object)];
    }
  },
};
