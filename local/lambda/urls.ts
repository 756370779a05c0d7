import { isOfBrowser } from "../kernel/browser.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse, Welcome } from "../kernel/service.ts";
import { conflict, invalidParameter, notFound } from "./errors.ts";
import type { Functions } from "./functions.ts";
import { urlSettings } from "./inputs.ts";
import { type Invocations, LARGEST_PAYLOAD } from "./invocations.ts";
import { type FunctionName, functionArn, readFunctionName } from "./names.ts";
import { check } from "./shape.ts";
import { readUrlAnswer, urlEvent } from "./url-payload.ts";

interface Row {
  id: string;
  function: string;
  /** "" for the function itself. */
  qualifier: string;
  config: string;
  created: number;
  modified: number;
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH = 32;

/** Function URLs: served at http://<id>.lambda-url.<region>.localhost:<port>/. */
export class Urls {
  private readonly kernel: Kernel;
  private readonly functions: Functions;
  private readonly invocations: Invocations;

  constructor(kernel: Kernel, functions: Functions, invocations: Invocations) {
    this.kernel = kernel;
    this.functions = functions;
    this.invocations = invocations;
  }

  readonly operations = {
    CreateFunctionUrlConfig: (input: any) => {
      const { name, qualifier = "" } = this.target(input);
      if (this.find(name, qualifier)) {
        throw conflict(
          `Failed to create function url config for [functionArn = ${functionArn(this.kernel, name, qualifier || undefined)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
        );
      }
      return this.present(this.put(name, qualifier, input));
    },
    UpdateFunctionUrlConfig: (input: any) => {
      this.target(input);
      const row = this.existing(input);
      return this.present(this.put(row.function, row.qualifier, { ...JSON.parse(row.config), ...input }));
    },
    GetFunctionUrlConfig: (input: any) => this.describe(this.existing(input)),
    DeleteFunctionUrlConfig: (input: any) => {
      this.kernel.store.run("DELETE FROM lambda_url WHERE id = ?", this.existing(input).id);
      return {};
    },
  };

  /** Creates the URL of a function, or updates its configuration: the address does not change. */
  put(name: string, qualifier: string, { AuthType, Cors, InvokeMode }: any): Row {
    const { store, clock, random } = this.kernel;
    check(urlSettings, { AuthType, Cors, InvokeMode });
    if (InvokeMode === "RESPONSE_STREAM")
      throw invalidParameter("The local cloud serves InvokeMode BUFFERED of function URLs.");
    const earlier = this.find(name, qualifier);
    const row: Row = {
      id: earlier?.id ?? [...random.bytes(ID_LENGTH)].map((byte) => ALPHABET[byte & 31]).join(""),
      function: name,
      qualifier,
      config: JSON.stringify({ AuthType, Cors, InvokeMode }),
      created: earlier?.created ?? clock.now(),
      modified: clock.now(),
    };
    store.run(
      "INSERT OR REPLACE INTO lambda_url VALUES (?, ?, ?, ?, ?, ?)",
      row.id,
      row.function,
      row.qualifier,
      row.config,
      row.created,
      row.modified,
    );
    return row;
  }

  address({ id }: { id: string }): string {
    const { port } = new URL(this.kernel.endpoint);
    return `http://${id}.lambda-url.${this.kernel.region}.localhost${port ? `:${port}` : ""}/`;
  }

  /** Answers a request to a function URL; undefined if the request's host is not one. */
  async serve(request: HttpRequest): Promise<HttpResponse | undefined> {
    const id = idOf(request);
    if (id === undefined) return undefined;
    const row = this.byId(id);
    if (!row) return denied(null);
    const { AuthType, Cors } = JSON.parse(row.config);
    const cors = corsHeaders(Cors, request.headers.origin);
    if (request.method === "OPTIONS" && Cors) return { status: 200, headers: cors, body: "" };
    // The signature is not checked, so each page could write one: a browser's counts as none.
    const isSigned = request.headers.authorization?.startsWith("AWS4-") && !isOfBrowser(request.headers);
    // Deleting an alias does not delete its address.
    const isThere = this.functions.exists(row.function, row.qualifier || undefined);
    if (!isThere || (AuthType === "AWS_IAM" && !isSigned)) return denied(FORBIDDEN);
    if (request.body.length > LARGEST_PAYLOAD) return json(413, { Message: "Request Entity Too Large" });
    const target = this.functions.resolve(row.function, row.qualifier || undefined);
    const event = JSON.stringify(urlEvent(request, id, AuthType, this.kernel));
    const trace = request.headers["x-amzn-trace-id"];
    const { requestId } = request;
    const execution = await this.invocations.run(target, { event, requestId, trace, waiting: "caller" });
    const answer = execution.failed ? undefined : readUrlAnswer(execution.payload);
    if (!answer) return { ...json(502, {}), body: "Internal Server Error" };
    return { ...answer, headers: { ...answer.headers, ...cors } };
  }

  /**
   * What a browser may do: open a function URL, or what its CORS configuration allows pages of that origin.
   */
  welcome(request: Pick<HttpRequest, "headers">): Welcome {
    const id = idOf(request);
    if (id === undefined) return "no page";
    const { Cors } = JSON.parse(this.byId(id)?.config ?? "{}");
    return Object.keys(corsHeaders(Cors, request.headers.origin)).length > 0 ? "any page" : "own page";
  }

  private byId(id: string): Row | undefined {
    return this.kernel.store.get<Row>("SELECT * FROM lambda_url WHERE id = ?", id);
  }

  /** The function or alias that gets an address. */
  private target(input: any): FunctionName {
    const named = readFunctionName(this.kernel, input.FunctionName, input.Qualifier);
    if (!this.functions.exists(named.name, named.qualifier)) throw notFound("Function does not exist");
    return named;
  }

  private find(name: string, qualifier: string): Row | undefined {
    return this.kernel.store.get<Row>(
      "SELECT * FROM lambda_url WHERE function = ? AND qualifier = ?",
      name,
      qualifier,
    );
  }

  private existing(input: any): Row {
    const { name, qualifier } = readFunctionName(this.kernel, input.FunctionName, input.Qualifier);
    const row = this.find(name, qualifier ?? "");
    if (!row) throw notFound("The resource you requested does not exist.");
    return row;
  }

  /** The output form; a write returns its input. */
  private describe(row: Row) {
    return { InvokeMode: "BUFFERED", ...this.present(row) };
  }

  private present(row: Row) {
    return {
      FunctionUrl: this.address(row),
      FunctionArn: functionArn(this.kernel, row.function, row.qualifier || undefined),
      ...JSON.parse(row.config),
      CreationTime: new Date(row.created).toISOString(),
      LastModifiedTime: new Date(row.modified).toISOString(),
    };
  }
}

/** The function URL that a request's host names. */
function idOf({ headers }: Pick<HttpRequest, "headers">): string | undefined {
  return /^([a-z0-9]+)\.lambda-url\./.exec((headers.host ?? "").toLowerCase())?.[1];
}

function json(status: number, body: object): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

const FORBIDDEN =
  "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

function denied(Message: string | null): HttpResponse {
  const { headers, ...answer } = json(403, { Message });
  return { ...answer, headers: { ...headers, "x-amzn-errortype": "AccessDeniedException" } };
}

function corsHeaders(cors: any, origin: string | undefined): Record<string, string> {
  const allowed: string[] = cors?.AllowOrigins ?? [];
  if (origin === undefined || !(allowed.includes("*") || allowed.includes(origin))) return {};
  const lists: [string, string[] | undefined][] = [
    ["access-control-allow-methods", cors.AllowMethods],
    ["access-control-allow-headers", cors.AllowHeaders],
    ["access-control-expose-headers", cors.ExposeHeaders],
  ];
  return {
    "access-control-allow-origin": allowed.includes(origin) ? origin : "*",
    ...Object.fromEntries(lists.flatMap(([name, list]) => (list ? [[name, list.join(",")]] : []))),
    ...(cors.AllowCredentials && { "access-control-allow-credentials": "true" }),
    ...(cors.MaxAge && { "access-control-max-age": String(cors.MaxAge) }),
  };
}
