import type { Kernel } from "../kernel/kernel.ts";
import type { PropertyShape, ResourceProvider } from "../kernel/resource.ts";
import { idOfResource } from "./ids.ts";
import { checkSettings, KINDS, type PartKind } from "./kinds.ts";
import { endpointOf } from "./operations.ts";
import { Registry } from "./registry.ts";

/** Properties that are accepted and have no effect. */
const NOTED: Record<string, PropertyShape> = {
  Api: { FailOnWarnings: "it is for imported definitions" },
  Stage: { AccessLogSettings: "the local cloud writes no access logs" },
};

const shapeOf = (kind: keyof typeof KINDS): PropertyShape => ({
  ...Object.fromEntries(KINDS[kind].members.split(" ").map((name) => [name, true])),
  ...NOTED[kind],
});

/**
 * AWS::ApiGatewayV2::Api. A start begins with an API without parts: those of the template follow in
 * dependency order, so that parts which the template no longer has disappear.
 */
const api: ResourceProvider = {
  type: "AWS::ApiGatewayV2::Api",
  serves: shapeOf("Api"),
  deploy({ properties, generatedName }, kernel) {
    const { FailOnWarnings: _, ...settings } = properties;
    const id = idOfResource(generatedName);
    checkSettings("Api", settings);
    const registry = new Registry(kernel);
    kernel.store.atomically(() => {
      registry.putApi(id, settings);
      registry.clear(id);
    });
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: endpointOf(kernel, id) } };
  },
  remove(id, kernel) {
    new Registry(kernel).removeApi(id);
  },
};

/** A part of an API; it is removed when its API is deployed without it. */
function part(kind: PartKind): ResourceProvider {
  return {
    type: `AWS::ApiGatewayV2::${kind}`,
    serves: { ApiId: true, ...shapeOf(kind) },
    deploy({ properties, generatedName }, kernel: Kernel) {
      const { ApiId, ...settings } = properties;
      const registry = new Registry(kernel);
      checkSettings(kind, settings);
      const id = kind === "Stage" ? settings.StageName : idOfResource(generatedName);
      registry.putPart(registry.api(ApiId).id, kind, id, settings);
      return { ref: id, attributes: kind === "Stage" ? {} : { [KINDS[kind].id]: id } };
    },
  };
}

export const apigatewayResources: ResourceProvider[] = [
  api,
  part("Route"),
  part("Integration"),
  part("Authorizer"),
  part("Stage"),
  part("Deployment"),
];
