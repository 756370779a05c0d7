import { createHmac } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { percentile, print, say, table } from "./figures.ts";
import { onStage, type Stage, synthesizeInto, withFolder } from "./harness.ts";

/**
 * From a sender's request to its acknowledgement, without subscribers: `node bench/webhook.ts`, or with the
 * number of senders and of requests each: `node bench/webhook.ts 500 10`. Each sender waits for one answer before it
 * sends the next request.
 */
const [SENDERS = 500, EACH = 10] = process.argv.slice(2).map(Number);
const WARM_UP = 2;
const APP = "node examples/triggers/app.ts";

interface Acknowledgement {
  milliseconds: number;
  status: number;
}

async function outputsOf({ cloud }: Stage): Promise<Record<string, string>> {
  const { Stacks } = await cloud.kernel.call("cloudformation", "DescribeStacks", { StackName: "Triggers" });
  return Object.fromEntries(
    Stacks[0].Outputs.map(({ OutputKey, OutputValue }: Record<string, string>) => [OutputKey, OutputValue]),
  );
}

/** Stops every function that drains a queue; what arrives stays there. */
async function stopConsumers({ cloud }: Stage): Promise<void> {
  const { EventSourceMappings } = await cloud.kernel.call("lambda", "ListEventSourceMappings", {});
  for (const { UUID } of EventSourceMappings) {
    await cloud.kernel.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
  }
}

function poster(url: string, secret: string, agent: Agent) {
  return async (repository: string): Promise<Acknowledgement> => {
    const body = JSON.stringify({ ref: "main", after: "c0ffee", repository: { full_name: repository } });
    const digest = createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${digest}` };
    const sent = performance.now();
    const outgoing = request(url, { method: "POST", agent, headers });
    outgoing.end(body);
    const [answer] = await once(outgoing, "response");
    answer.resume();
    await once(answer, "end");
    return { milliseconds: performance.now() - sent, status: answer.statusCode };
  };
}

async function measure(stage: Stage) {
  const { WebhookUrl, WebhookSecret } = await outputsOf(stage);
  const { SecretString } = await stage.cloud.kernel.call("secretsmanager", "GetSecretValue", {
    SecretId: WebhookSecret,
  });
  await stopConsumers(stage);
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const post = poster(WebhookUrl!, SecretString, agent);
  const sendEach = async (count: number, label: string) => {
    const send = async (sender: number) => {
      const answers: Acknowledgement[] = [];
      for (let time = 0; time < count; time++) answers.push(await post(`${label}-${sender}/${time}`));
      return answers;
    };
    return (await Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)))).flat();
  };
  await sendEach(WARM_UP, "warm-up");
  const began = performance.now();
  const answers = await sendEach(EACH, "measured");
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { answers, seconds };
}

await withFolder(async (folder) => {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, APP);
  say(`webhook: ${SENDERS} senders, ${EACH} requests each`);
  const { answers, seconds } = await onStage(assembly, join(folder, "data"), measure);
  const times = answers.map(({ milliseconds }) => milliseconds);
  const taken = answers.filter(({ status }) => status === 202).length;
  print(
    table(
      ["senders", "requests", "answered 202", "p50", "p99", "requests a second"],
      [
        [
          String(SENDERS),
          String(answers.length),
          String(taken),
          ...[50, 99].map((percent) => `${percentile(times, percent).toFixed(0)} ms`),
          (answers.length / seconds).toFixed(0),
        ],
      ],
    ),
  );
});
