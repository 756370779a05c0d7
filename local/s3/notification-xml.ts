/** Lists that XML names otherwise than the API: [list, element, member with the ARN, its element]. */
const LISTS = [
  ["LambdaFunctionConfigurations", "CloudFunctionConfiguration", "LambdaFunctionArn", "CloudFunction"],
  ["QueueConfigurations", "QueueConfiguration", "QueueArn", "Queue"],
  ["TopicConfigurations", "TopicConfiguration", "TopicArn", "Topic"],
] as const;

/** The API's form of a bucket's notifications in XML. */
export function readNotifications(body: Record<string, any>): Record<string, any> {
  const known = new Set<string>(LISTS.map(([, element]) => element));
  const others = Object.entries(body).filter(([name]) => !known.has(name));
  const lists = LISTS.flatMap(([list, element, arn, arnElement]) => {
    const items = (body[element] ?? []).map((item: any) => ({
      Id: item.Id,
      [arn]: item[arnElement],
      Events: item.Event,
      ...(item.Filter && { Filter: { Key: { FilterRules: item.Filter.S3Key?.FilterRule ?? [] } } }),
    }));
    return items.length > 0 ? [[list, items]] : [];
  });
  return Object.fromEntries([...others, ...lists]);
}

/** The form in XML of a bucket's notifications in the API. */
export function writeNotifications(configuration: Record<string, any>): Record<string, any> {
  const { EventBridgeConfiguration } = configuration;
  const lists = LISTS.map(([list, element, arn, arnElement]) => [
    element,
    (configuration[list] ?? []).map((item: any) => ({
      Id: item.Id,
      [arnElement]: item[arn],
      Event: item.Events,
      ...(item.Filter && { Filter: { S3Key: { FilterRule: item.Filter.Key.FilterRules } } }),
    })),
  ]);
  return { ...Object.fromEntries(lists), EventBridgeConfiguration };
}
