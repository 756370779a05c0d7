import { resolve } from "node:path";
import type { Cloud } from "../cloud.ts";

/** What is printed when the cloud is ready: its address, and how to use and stop it. */
export function welcome(
  { endpoint, deployment, kernel, secret }: Cloud,
  data: string | undefined,
  milliseconds: number,
): string {
  const { stacks, resources } = deployment.plan;
  const names = stacks.map(({ name }) => name).join(", ");
  return [
    `The local cloud is ready at ${endpoint} (${Math.round(milliseconds)} ms)`,
    `  stacks   ${names}: ${resources.length} resources in ${kernel.region}`,
    `  data     ${data === undefined ? "in memory, gone with this process" : `${resolve(data)}, kept between starts`}`,
    `  port     ${new URL(endpoint).port}; another one with --port or MILLRACE_PORT`,
    `  try      aws --endpoint-url ${endpoint} cloudformation describe-stacks`,
    ...(secret === undefined ? [] : secretLines(endpoint, secret)),
    "  stop     Ctrl-C",
  ].join("\n");
}

/** What callers must know, from this machine and from others. */
const secretLines = (endpoint: string, secret: string) => [
  `  secret   ${secret}`,
  "           other machines can reach this cloud: it answers only callers who know the secret of this start",
  `           programs: export AWS_SESSION_TOKEN=${secret}`,
  `           browsers: put it in front of the path, ${endpoint}/_secret/${secret}/...`,
];
