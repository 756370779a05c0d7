import { isObject } from "../kernel/is-object.ts";
import type { DeployedResource } from "../kernel/resource.ts";

/**
 * Templates compose an HTTP API's address from its id, as the CDK does for `HttpApi.url`. This replaces such
 * addresses, wherever they occur in a value, by the local addresses of the APIs that are deployed so far.
 */
export function localAddresses(
  deployed: Map<string, DeployedResource>,
  region: string,
): (value: unknown) => unknown {
  const addresses = [...deployed.values()].flatMap(({ ref, attributes: { ApiEndpoint } }) =>
    typeof ApiEndpoint === "string"
      ? [{ public: `https://${ref}.execute-api.${region}.amazonaws.com`, local: ApiEndpoint }]
      : [],
  );
  const localized = (value: unknown): unknown => {
    if (typeof value === "string") {
      return addresses.reduce((text, address) => text.replaceAll(address.public, address.local), value);
    }
    if (Array.isArray(value)) return value.map(localized);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, localized(member)]));
  };
  return addresses.length === 0 ? (value) => value : localized;
}
