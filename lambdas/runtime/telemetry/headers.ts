/**
 * Headers as OpenTelemetry's exporters are given them, in OTEL_EXPORTER_OTLP_HEADERS: "api-key=abc,x-team=films", values
 * percent-encoded. Throws for what is none, without saying it: it is secret.
 */
export function readHeaders(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair, at): [string, string] => {
      const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
      if (name === undefined || value === undefined)
        throw new Error(
          `Header ${at + 1} of the collector is not of the form "name=value". Correct the secret.`,
        );
      return [name.toLowerCase(), decodeURIComponent(value)];
    }),
  );
}
