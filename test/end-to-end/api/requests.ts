import type { Simulation } from "../../../local/simulate.ts";

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  json: any;
}

export type Requests = Awaited<ReturnType<typeof requestsTo>>;

/** Requests to the API of a stack in a simulation, as they come over HTTP. */
export async function requestsTo(cloud: Simulation, stack: string) {
  const outputs = await cloud.outputs(stack);
  const { SecretString: token } = await cloud.call("secretsmanager", "GetSecretValue", {
    SecretId: outputs.MillraceToken,
  });
  const { pathname, host } = new URL(outputs.MillraceConsole!);
  let requests = 0;

  /** Begins a request, which is answered when time allows it. */
  function begin(
    method: string,
    path: string,
    more: { headers?: Record<string, string>; body?: object } = {},
  ) {
    const url = new URL(`http://${host}${pathname}${path}`);
    requests++;
    return cloud.kernel.service("apigateway")!.http!({
      method,
      path: url.pathname,
      query: url.searchParams,
      search: url.search.slice(1),
      headers: {
        host,
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...(method === "POST" && { "idempotency-key": `key-${requests}` }),
        ...more.headers,
      },
      body: Buffer.from(more.body ? JSON.stringify(more.body) : ""),
      caller: "anonymous",
      requestId: `request-${requests}`,
    });
  }

  /** Waits for an answer, for as long as the SDK's clients and the live updates wait. */
  async function end(request: ReturnType<typeof begin>): Promise<Answer> {
    let answered = false;
    void request.finally(() => {
      answered = true;
    });
    await cloud.settle();
    while (!answered) await cloud.advance("1 second");
    const { status, headers, body } = await request;
    const text = String(body);
    const isJson = String(headers?.["content-type"]).includes("json");
    return { status, headers: headers ?? {}, text, json: isJson ? JSON.parse(text) : undefined };
  }

  return {
    outputs,
    token: token as string,
    begin,
    end,
    get: (path: string, headers: Record<string, string> = {}) => end(begin("GET", path, { headers })),
    post: (path: string, body: object, headers: Record<string, string> = {}) =>
      end(begin("POST", path, { body, headers })),
  };
}
