import type { Stage } from "./harness.ts";

/** Calls the API of a deployed Millrace over HTTP, as any program does. */
export interface Api {
  /** Asks "/api/<path>" and answers the response, whose body is not read yet. Throws where it is refused. */
  get(path: string, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
}

export async function openApi(stage: Stage): Promise<Api> {
  const { SecretString } = await stage.cloud.kernel.call("secretsmanager", "GetSecretValue", {
    SecretId: stage.output("Token"),
  });
  const address = stage.output("Console");
  return {
    async get(path, headers, signal) {
      const response = await fetch(`${address}api/${path}`, {
        headers: { ...headers, authorization: `Bearer ${SecretString}` },
        ...(signal && { signal }),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response;
    },
  };
}
