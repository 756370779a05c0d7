import { test } from "vitest";
import { videoApp } from "./app.ts";
test("x", async () => {
  const lines: string[] = [];
  const app = await videoApp({ onLog: (l) => { if (/"ERROR"|WARN/.test(l.text)) lines.push(l.functionName + l.text.slice(0,700)); } });
  console.log(process.getActiveResourcesInfo().join());
  await app.send("one");
  await app.cloud.settle();
  console.log(app.cloud.calls.map(c=>[c.function?.slice(-40,-12), c.service, c.operation, c.status].join(" ")).join("\n"));
  console.log(lines, app.reports, app.effects);
  const i = setInterval(() => console.log("spin", process.getActiveResourcesInfo().join()), 500);
  await Promise.race([app.cloud.close(), new Promise(r => setTimeout(r, 4000))]);
  clearInterval(i);
}, 20000);
