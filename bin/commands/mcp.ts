import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { Command } from "commander";
import { UsageError } from "../explain.ts";
import { apiAt, read } from "../mcp/api.ts";
import { serveHttp } from "../mcp/http.ts";
import type { OpenApi } from "../mcp/route.ts";
import { mcpServer } from "../mcp/server.ts";
import { workflowTools } from "../mcp/workflow-tools.ts";
import { consoleOf } from "./console.ts";

interface Options {
  http?: string;
  token?: string;
  workflows?: string[] | true;
}

export function mcp(): Command {
  return new Command("mcp")
    .description("serve the deployment to AI agents by the Model Context Protocol, over stdio or --http")
    .option("--http <port>", "serve streamable HTTP on this port of the loopback interface")
    .option("--token <token>", "token of the API, if an issuer signs users in", process.env.MILLRACE_TOKEN)
    .option(
      "--workflows [names...]",
      "offer these workflows, or all, as tools with their contracts as schemas",
    )
    .action(async ({ http, token, workflows }: Options, command: Command) => {
      const { stack } = command.optsWithGlobals<{ stack: string }>();
      const found = await consoleOf(stack);
      if (!found)
        throw new UsageError(
          `The stack ${stack} has no API. Deploy it without "console: false", or choose another stack with --stack.`,
        );
      const call = apiAt({ url: found.url, token: token ?? found.token });
      const document = await read<OpenApi>(call, "/openapi.json");
      const names = workflows === true ? [] : workflows;
      const tools = names && (await workflowTools(names, call));
      const serve = () => mcpServer(document, { call, newKey: randomUUID, now: Date.now, sleep }, tools);
      if (http === undefined) serveStdio(serve);
      else await serveHttp(serve, Number(http));
    });
}
