/** An error of the user: the message says what was wrong and what to do. */
export class UsageError extends Error {}

/** An error as one message, without a stack. */
export function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  const { name, message, code } = error as Error & { code?: string };
  if (code === "ECONNREFUSED") {
    return `Cannot reach ${process.env.AWS_ENDPOINT_URL}. Start the local cloud with "npm start", set its address with --endpoint, or use --aws for your account.`;
  }
  if (name === "CredentialsProviderError" || name === "ExpiredTokenException") {
    return `AWS did not accept your credentials: ${message} Sign in (for example with "aws sso login") and try again.`;
  }
  if (name === "ValidationError" && /does not exist/.test(message)) {
    return `${message}. Deploy it first, or choose another stack with --stack.`;
  }
  return message || String(error);
}
