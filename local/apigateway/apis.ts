import { type Authorizer, parseAuthorizer } from "./authorizers/parse.ts";
import { type Integration, parseIntegration } from "./integrations/parse.ts";
import { isTrue } from "./kinds.ts";
import type { Settings } from "./part-settings.ts";
import type { Registry } from "./registry.ts";
import { parseRouteKey, type RoutePath } from "./routes.ts";

/** A compiled route. */
interface Route {
  key: string;
  path: RoutePath;
  /** Id of its integration. */
  integration: string;
  /** Id of its authorizer. */
  authorizer: string | undefined;
  scopes: string[];
}

/** A compiled API. */
export interface Api {
  id: string;
  cors: Settings | undefined;
  routes: Route[];
  integrations: Map<string, Integration>;
  authorizers: Map<string, Authorizer>;
  /** Its deployed stages by name, with their variables. */
  stages: Map<string, Record<string, string> | undefined>;
}

/** The id of the IAM authorizer, which every API has. */
const IAM = "AWS_IAM";

function authorizerOf({ AuthorizationType = "NONE", AuthorizerId }: Settings): string | undefined {
  if (AuthorizationType === "NONE") return undefined;
  return AuthorizationType === IAM ? IAM : AuthorizerId;
}

/** The APIs, each compiled at its first request and after each change. */
export class Apis {
  private readonly registry: Registry;
  private readonly compiled = new Map<string, { revision: number; api: Api }>();

  constructor(registry: Registry) {
    this.registry = registry;
  }

  find(id: string): Api | undefined {
    const revision = this.registry.revision(id);
    if (revision === undefined) return undefined;
    const known = this.compiled.get(id);
    if (known?.revision === revision) return known.api;
    const api = this.compile(id);
    this.compiled.set(id, { revision, api });
    return api;
  }

  private compile(id: string): Api {
    const parts = <Part>(kind: "Integration" | "Authorizer", parse: (settings: Settings) => Part) =>
      new Map(this.registry.parts(id, kind).map((part) => [part.id, parse(part.settings)]));
    return {
      id,
      cors: this.registry.api(id).settings.CorsConfiguration,
      routes: this.registry.parts(id, "Route").map(({ settings }) => ({
        key: settings.RouteKey,
        path: parseRouteKey(settings.RouteKey)!,
        integration: settings.Target.replace(/^integrations\//, ""),
        authorizer: authorizerOf(settings),
        scopes: settings.AuthorizationScopes ?? [],
      })),
      integrations: parts("Integration", parseIntegration),
      authorizers: parts<Authorizer>("Authorizer", parseAuthorizer).set(IAM, { kind: "iam" }),
      stages: new Map(
        this.registry
          .parts(id, "Stage")
          .filter(({ settings }) => isTrue(settings.AutoDeploy) || settings.DeploymentId !== undefined)
          .map(({ id: name, settings }) => [name, settings.StageVariables]),
      ),
    };
  }
}
