/** One limit of an AWS service, as AWS documents it. */
export interface AwsLimit {
  /** The service, by its name in the AWS documentation. */
  readonly service: string;
  /** What is limited. */
  readonly what: string;
  readonly most: number;
  readonly unit: string;
  /** A hard limit is the same for every account; a quota has a default, which AWS raises on request. */
  readonly kind: "hard" | "quota";
  /** Where AWS documents it. */
  readonly source: string;
}
