import { apigatewayResources } from "../../../local/apigateway/resources.ts";
import { apigatewayService } from "../../../local/apigateway/service.ts";
import type { HttpRequest, HttpResponse } from "../../../local/kernel/service.ts";
import { amongStandIns, START } from "../stand-ins.ts";

export const NOW = START;
export const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:handler";
export const GUARD = "arn:aws:lambda:us-east-1:000000000000:function:guard";
export const ROLE = "arn:aws:iam::000000000000:role/api";

interface Setup {
  /** Route key → properties of the route in addition to its key and target. */
  routes?: Record<string, object>;
  integration?: object;
  authorizer?: object;
  /** Stage name → properties. */
  stages?: Record<string, object>;
  api?: object;
}

/** The engine among stand-ins for the services behind it; `behaviour` says what they answer. */
export function cloud() {
  const behind = {
    lambda: ["Invoke"],
    events: ["PutEvents"],
    sqs: ["SendMessage"],
    states: ["StartExecution"],
  };
  const local = amongStandIns(behind);
  local.behaviour.answer = () => ({ Payload: "null" });
  const { kernel, calls, behaviour } = local;
  const service = apigatewayService(kernel, local.writeLog);
  kernel.register(service);

  const deploy = async (type: string, id: string, properties: object) =>
    apigatewayResources
      .find((provider) => provider.type === `AWS::ApiGatewayV2::${type}`)!
      .deploy(
        { type, path: `Stack/${id}`, logicalId: id, generatedName: `Stack-${id}-1a2b`, properties },
        kernel,
        { path: (key) => key },
      );

  return {
    ...local,
    service,
    deploy,

    /** An API of a template, with one integration behind all of its routes. Answers its id. */
    async api({
      routes = { $default: {} },
      integration,
      authorizer,
      stages,
      api,
    }: Setup = {}): Promise<string> {
      const { ref: ApiId } = await deploy("Api", "Api", { Name: "films", ProtocolType: "HTTP", ...api });
      const target = await deploy("Integration", "Integration", {
        ApiId,
        IntegrationType: "AWS_PROXY",
        ...(integration ?? { IntegrationUri: FUNCTION, PayloadFormatVersion: "2.0" }),
      });
      const guard =
        authorizer && (await deploy("Authorizer", "Authorizer", { ApiId, Name: "guard", ...authorizer }));
      for (const [RouteKey, properties] of Object.entries(routes)) {
        await deploy("Route", `Route${RouteKey}`, {
          ApiId,
          RouteKey,
          Target: `integrations/${target.ref}`,
          ...(guard && { AuthorizerId: guard.ref }),
          ...properties,
        });
      }
      for (const [StageName, properties] of Object.entries(stages ?? { $default: {} })) {
        await deploy("Stage", `Stage${StageName}`, { ApiId, StageName, AutoDeploy: true, ...properties });
      }
      return ApiId;
    },

    /** Sends a request to an API by its path; `headers` in lower case. */
    send(
      apiId: string,
      method: string,
      url: string,
      { headers = {}, body = "" }: { headers?: Record<string, string>; body?: string | Buffer } = {},
    ): Promise<HttpResponse> {
      const [path = "", search = ""] = url.split("?");
      const request: HttpRequest = {
        method,
        path: `/_api/${apiId}${path}`,
        query: new URLSearchParams(search),
        search,
        headers: { host: "127.0.0.1:4566", ...headers },
        body: Buffer.from(body as string),
        caller: "arn:aws:iam::000000000000:root",
        requestId: "request-1",
      };
      return service.http!(request);
    },

    /** The events that functions received. */
    events: (): any[] => calls.map(({ input }) => JSON.parse(input.Payload)),
    /** Lets functions answer this. */
    returns(answer: unknown): void {
      behaviour.answer = () => ({ StatusCode: 200, Payload: JSON.stringify(answer) });
    },
  };
}

export const json = ({ body }: HttpResponse) => JSON.parse(body.toString());
