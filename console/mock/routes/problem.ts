/** The body of a refusal. */
export function problem(code: string, message: string, findings?: unknown) {
  return { error: { code, message, ...(findings !== undefined && { findings }) } };
}
