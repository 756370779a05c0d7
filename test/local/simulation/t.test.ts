import { test } from "vitest";
import { videoApp } from "./app.ts";
import { attend } from "./invariants.ts";

test.each((process.env.SEEDS ?? "").split(",").map(Number))(
  "x %i",
  async (seed) => {
    const lines: string[] = [];
    const app = await videoApp({
      seed,
      onLog: (l) => {
        if (/"(ERROR|WARN)"|"status":"(error|timeout)"/.test(l.text))
          lines.push(
            new Date(l.time).toISOString().slice(11, 19) +
              " " +
              l.functionName.slice(-45, -12) +
              l.text.slice(0, 600),
          );
      },
      faults: {
        duplicates: 0.2,
        delays: { chance: 0.2, upTo: "90 seconds" },
        interleave: true,
        calls: [
          { kind: "throttle", chance: 0.02 },
          { kind: "error", chance: 0.02 },
          { kind: "lost", chance: 0.04 },
          { kind: "slow", chance: 0.04, for: "20 seconds" },
          { kind: "crash-before", chance: 0.01 },
          { kind: "crash-after", chance: 0.02 },
        ],
      },
    });
    await Promise.all([app.send("one"), app.send("two"), app.send("one"), app.send("one")]);
    await app.send("three", { topic: "", scenes: 99 });
    await app.cloud.advance("1 minute");
    await app.send("one", { topic: "something else", scenes: 2 });
    await app.send("two");
    await attend(app, ["one", "two"], 3);
    for (const v of ["one", "two"]) {
      const d = (await app.run(v))!;
      if (d.run.status !== "succeeded") {
        console.log(
          seed,
          v,
          d.run.status,
          d.run.failure,
          d.claims.map((c) => `${c.path} ${c.state} ${c.attempt} ${c.revision}`),
          d.approvals.map((a) => `${a.state} ${a.level} ${a.revision}`),
        );
        const h = await app.cloud.call("states", "GetExecutionHistory", {
          executionArn: d.run.execution,
          reverseOrder: true,
          maxResults: 12,
        });
        console.log(h.events.map((e: any) => JSON.stringify(e).slice(0, 400)).join("\n"));
        for (const r of app.cloud.kernel.store.all("SELECT * FROM sqs_message"))
          console.log("MSG", JSON.stringify({ ...r, body: String(r.body).slice(0, 50), attributes: 0 }));
        console.log(
          "NOW",
          app.cloud.now(),
          app.reports,
          app.cloud.calls
            .filter((c) => c.function?.includes("renderframe"))
            .map((c) => [c.time - 1767225600000, c.operation, c.status, c.trouble].join(" "))
            .join("\n"),
        );
        console.log(
          JSON.stringify(app.cloud.kernel.store.all("SELECT id, name FROM sqs_queue")).slice(0, 2000),
        );
        console.log(
          lines
            .filter((l) => /render-?f|publish|write|draw/.test(l))
            .join("\n")
            .slice(0, 6000),
        );
      }
    }
    await app.cloud.close();
  },
  120000,
);
