import { deserializing, type Kinds } from "../kernel/input.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { badRequest, conflict, notFound } from "./errors.ts";
import { idOf } from "./ids.ts";
import { checkSettings, KINDS, type PartKind } from "./kinds.ts";
import type { Settings } from "./part-settings.ts";
import type { Entry, Registry } from "./registry.ts";

export const PARTS: PartKind[] = ["Route", "Integration", "Authorizer", "Stage", "Deployment"];

/** The address of an API on this machine. */
export const endpointOf = (kernel: Kernel, apiId: string) => `${kernel.endpoint}/_api/${apiId}`;

/** The control operations: create, get, list, update and delete for APIs and for each kind of their parts. */
export function controlOperations(kernel: Kernel, registry: Registry): Record<string, Operation> {
  const newId = () => idOf(kernel.random.bytes(8));
  const operations: Record<string, Operation> = Object.assign(
    apiOperations(kernel, registry, newId),
    ...PARTS.map((kind) => partOperations(registry, kind, newId)),
  );
  const ids: Kinds = Object.fromEntries(
    ["ApiId", ...PARTS.map((kind) => KINDS[kind].id)].map((id) => [id, "text"]),
  );
  return deserializing(Object.fromEntries(Object.keys(operations).map((name) => [name, ids])), operations);
}

function apiOperations(kernel: Kernel, registry: Registry, newId: () => string): Record<string, Operation> {
  const describe = ({ id, settings, created }: Entry) => ({
    ApiId: id,
    ApiEndpoint: endpointOf(kernel, id),
    CreatedDate: isoTime(created),
    ...settings,
  });
  const put = (id: string, settings: Settings) => {
    checkSettings("Api", settings);
    registry.putApi(id, settings);
    return describe(registry.api(id));
  };
  return {
    CreateApi: (input) => put(newId(), withoutNulls(input)),
    UpdateApi: ({ ApiId, ...input }) =>
      put(ApiId, { ...registry.api(ApiId).settings, ...withoutNulls(input) }),
    GetApi: ({ ApiId }) => describe(registry.api(ApiId)),
    GetApis: (input) => listed(registry.apis().map(describe), input),
    DeleteApi({ ApiId }) {
      registry.removeApi(registry.api(ApiId).id);
      return {};
    },
  };
}

function partOperations(registry: Registry, kind: PartKind, newId: () => string): Record<string, Operation> {
  const { id: idMember } = KINDS[kind];
  const isNamed = idMember === "StageName";
  const describe = ({ id, settings, created }: Entry) => ({
    [idMember]: id,
    ...(kind === "Stage" || kind === "Deployment" ? { CreatedDate: isoTime(created) } : {}),
    ...settings,
  });
  const existing = (input: any): Entry => {
    const part = registry.findPart(registry.api(input.ApiId).id, kind, input[idMember]);
    if (!part) throw notFound(`Invalid ${kind} identifier specified ${input[idMember]}`);
    return part;
  };
  const put = (api: string, id: string, settings: Settings) => {
    checkSettings(kind, settings);
    registry.putPart(api, kind, id, settings);
    return describe(registry.findPart(api, kind, id)!);
  };
  return {
    [`Create${kind}`]({ ApiId, ...given }) {
      const { id } = registry.api(ApiId);
      const settings = withoutNulls(given);
      if (isNamed && registry.findPart(id, kind, settings.StageName)) {
        throw conflict(`Stage already exists: ${settings.StageName}`);
      }
      if (
        kind === "Route" &&
        registry.parts(id, kind).some((one) => one.settings.RouteKey === settings.RouteKey)
      ) {
        throw conflict(`Route with key ${settings.RouteKey} already exists for this API`);
      }
      return put(id, isNamed ? settings.StageName : newId(), settings);
    },
    [`Update${kind}`](input) {
      const { id, settings } = existing(input);
      const { ApiId, [idMember]: _, ...changes } = input;
      return put(ApiId, id, { ...settings, ...withoutNulls(changes) });
    },
    [`Get${kind}`]: (input) => describe(existing(input)),
    [`Get${kind}s`]: (input) =>
      listed(registry.parts(registry.api(input.ApiId).id, kind).map(describe), input),
    [`Delete${kind}`](input) {
      registry.removePart(input.ApiId, kind, existing(input).id);
      return {};
    },
  };
}

/** One page of a list; the token is a position in it. */
function listed(items: object[], { MaxResults = 100, NextToken = "0" }: any) {
  const start = Number(NextToken);
  const end = start + Number(MaxResults);
  if (!(start >= 0 && end > start)) throw badRequest("Invalid NextToken or MaxResults.");
  return { Items: items.slice(start, end), ...(end < items.length && { NextToken: String(end) }) };
}

const withoutNulls = (input: object): Settings =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));

const isoTime = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
