/** The function that a URI names: by its ARN, or by the path of Lambda's Invoke in API Gateway's own form. */
export function functionArn(uri: unknown): string | undefined {
  const text = String(uri);
  const arn =
    /^arn:aws[\w-]*:apigateway:[^:]*:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(text)?.[1] ??
    text;
  return /^arn:aws[\w-]*:lambda:[^:]*:\d{12}:function:[^:]+(:[^:]+)?$/.test(arn) ? arn : undefined;
}
