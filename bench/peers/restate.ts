import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http2";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { createEndpointHandler, type WorkflowContext, workflow } from "@restatedev/restate-sdk";
import { advance, STEPS, type StartContender } from "./contender.ts";

/** A workflow of six `ctx.run`s, called by its id through the ingress, the handler over HTTP/2 in this process. */
const six = workflow({
  name: "six",
  handlers: {
    run: async (context: WorkflowContext) => {
      let state = { hop: 0, startedAt: 0 };
      for (const step of STEPS) state = await context.run(step, async () => advance(state));
      return state;
    },
  },
});

const SERVER = join(import.meta.dirname, "node_modules/.bin/restate-server");
const START_SECONDS = 60;

export const startRestate: StartContender = async (folder) => {
  const [ingress, admin, node] = await freePorts(3);
  // The SDK's own log would write two lines for each run.
  const handlers = createServer(createEndpointHandler({ services: [six], logger: () => {} }));
  await once(handlers.listen(0, "127.0.0.1"), "listening");
  const server = spawn(
    process.execPath,
    [SERVER, "--bind-ip", "127.0.0.1", "--bind-port", `${node}`, "--listen-mode", "tcp", "--no-logo"],
    {
      stdio: "ignore",
      env: {
        ...process.env,
        RESTATE_BASE_DIR: folder,
        RESTATE_ADVERTISED_HOST: "127.0.0.1",
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_DISABLE_TELEMETRY: "true",
      },
    },
  );
  const gone = once(server, "exit");
  await answers(`http://127.0.0.1:${admin}/health`);
  await post(`http://127.0.0.1:${admin}/deployments`, {
    uri: `http://127.0.0.1:${(handlers.address() as AddressInfo).port}`,
  });
  await answers(`http://127.0.0.1:${ingress}/restate/health`);
  return {
    durability: "as delivered: RocksDB's write-ahead log with fsync (rocksdb-disable-wal-fsync = false)",
    run: (id) => post(`http://127.0.0.1:${ingress}/six/${id}/run`, undefined),
    async stop() {
      server.kill("SIGTERM");
      await gone;
      handlers.close();
    },
  };
};

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createTcpServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

async function answers(url: string): Promise<void> {
  const limit = AbortSignal.timeout(START_SECONDS * 1000);
  for (;;) {
    const answer = await fetch(url, { signal: limit }).catch(() => undefined);
    if (answer?.ok) return;
    if (limit.aborted) throw new Error(`${url} did not answer within ${START_SECONDS} s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function post(url: string, body: object | undefined): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
}
