import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { millrace, until } from "../../end-to-end/real-time/harness.ts";
import { Project } from "./project.ts";
import { Running } from "./running.ts";

/** A debugger, as an editor attaches one: it speaks to the process, and through it to the threads. */
class Debugger {
  /** What the threads reported, in order. */
  readonly events: { session: string; method: string; params: any }[] = [];
  private readonly socket: WebSocket;
  private count = 0;

  constructor(address: string) {
    this.socket = new WebSocket(address);
    this.socket.onmessage = ({ data }) => {
      const { method, params } = JSON.parse(data);
      if (method === "NodeWorker.attachedToWorker") {
        this.send("Debugger.enable", {}, params.sessionId);
        this.send("Runtime.enable", {}, params.sessionId);
        this.send("Runtime.runIfWaitingForDebugger", {}, params.sessionId);
      }
      if (method === "NodeWorker.receivedMessageFromWorker")
        this.events.push({ session: params.sessionId, ...JSON.parse(params.message) });
    };
  }

  async open(): Promise<void> {
    await new Promise((resolve) => this.socket.addEventListener("open", resolve, { once: true }));
    this.send("NodeWorker.enable", { waitForDebuggerOnStart: false });
  }

  /** Sends to the process, or to a thread of it. */
  send(method: string, params: object, session?: string): number {
    const id = ++this.count;
    const message = { id, method, params };
    const outer = { sessionId: session, message: JSON.stringify(message) };
    this.socket.send(
      JSON.stringify(
        session === undefined ? message : { id, method: "NodeWorker.sendMessageToWorker", params: outer },
      ),
    );
    return id;
  }

  async event(method: string, holds: (params: any) => boolean = () => true) {
    return await until(method, async () =>
      this.events.find((one) => one.method === method && holds(one.params)),
    );
  }

  close(): void {
    this.socket.close();
  }
}

test("a breakpoint in a handler holds it there, with the names and lines that people wrote, beyond its timeout", async () => {
  const project = new Project();
  project.edit("workflows/greet.ts", 'timeout: "10 seconds"', 'timeout: "1 second"');
  const running = new Running(project, "--memory", "--inspect", "0");
  try {
    const endpoint = /http:\S+/.exec(await running.prints(/ready at \S+/))![0];
    const editor = new Debugger(/ws:\S+(?=;)/.exec(await running.prints(/debug +ws:\S+; .*\n/))![0]);
    await editor.open();
    const send = (id: string) =>
      millrace(endpoint, ["send", "user.seen", JSON.stringify({ id }), "--follow"], "", project.folder);
    const succeeds = { code: 0, out: expect.stringContaining("run succeeded") };
    expect(await send("ada")).toMatchObject(succeeds);
    const { session, params } = await editor.event(
      "Debugger.scriptParsed",
      ({ url }) => /reloaded\.\w+\/index\.mjs$/.test(url) && readsHello(url),
    );
    const [line, text] = lineOf(params.url, "no such user");
    expect(text).toContain("id.startsWith(");
    expect(originOf(params.url, line, text.indexOf("id.startsWith"))).toMatch(
      /workflows\/say-hello\.lambda\.ts:7$/,
    );
    editor.send("Debugger.setBreakpointByUrl", { url: params.url, lineNumber: line }, session);
    const followed = send("eve");
    const paused = await editor.event("Debugger.paused");
    const [frame] = paused.params.callFrames;
    expect(frame.location.lineNumber).toBe(line);
    const asked = editor.send(
      "Debugger.evaluateOnCallFrame",
      { callFrameId: frame.callFrameId, expression: "id" },
      session,
    );
    const answer = await until("the value of id", async () =>
      editor.events.find((one) => (one as unknown as { id: number }).id === asked),
    );
    expect((answer as unknown as { result: any }).result.result.value).toBe("eve");
    // Longer than the step may take without a debugger.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    editor.send("Debugger.resume", {}, session);
    expect(await followed).toMatchObject(succeeds);
    editor.close();
  } finally {
    await running.stop();
  }
});

const codeOf = (url: string) => readFileSync(fileURLToPath(url), "utf8");

function readsHello(url: string): boolean {
  return codeOf(url).includes("no such user");
}

function lineOf(url: string, part: string): [number, string] {
  const lines = codeOf(url).split("\n");
  const line = lines.findIndex((text) => text.includes(part));
  return [line, lines[line]!];
}

/** "…/workflows/say-hello.lambda.ts:7", by the source map next to the code. */
function originOf(url: string, line: number, column: number): string {
  const map = new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, "utf8")));
  const { originalSource, originalLine } = map.findEntry(line, column) as {
    originalSource: string;
    originalLine: number;
  };
  return `${originalSource}:${originalLine + 1}`;
}
