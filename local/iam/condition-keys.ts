/**
 * The condition keys with a known value for every call, in lower case. A key that a call does not have is
 * absent there, as on AWS. A statement with any other key allows nothing, and denies.
 */
const KNOWN = new Set([
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
  "aws:currenttime",
  "aws:epochtime",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:principaltype",
  "aws:requestedregion",
  "aws:resourceaccount",
  "aws:securetransport",
  "aws:sourceaccount",
  "aws:sourcearn",
  // The account is part of no organization, and calls come from no virtual network: these are absent.
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:resourceorgid",
  "aws:resourceorgpaths",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpcarn",
  "aws:sourcevpce",
  "aws:vpcsourceip",
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_dynamodb.html
  "dynamodb:attributes",
  "dynamodb:enclosingoperation",
  "dynamodb:firstpartitionkeyvalues",
  "dynamodb:fulltablescan",
  "dynamodb:leadingkeys",
  "dynamodb:returnconsumedcapacity",
  "dynamodb:returnvalues",
  "dynamodb:select",
  // Partition keys with several attributes are not supported: these are absent.
  "dynamodb:secondpartitionkeyvalues",
  "dynamodb:thirdpartitionkeyvalues",
  "dynamodb:fourthpartitionkeyvalues",
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_events.html
  "events:detail-type",
  "events:source",
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_s3.html
  "s3:delimiter",
  "s3:prefix",
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_states.html
  "states:httpendpoint",
  "states:httpmethod",
]);

/** Whether the local cloud has the value of a condition key: "dynamodb:LeadingKeys", in any case. */
export function isKnownKey(key: string): boolean {
  return KNOWN.has(key.toLowerCase());
}
