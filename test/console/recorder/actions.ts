import type { Simulation } from "../../../local/simulate.ts";
import type { Requests } from "../../end-to-end/api/requests.ts";

export const ORDER = { sku: "mug", quantity: 2, card: "ada", cents: 2_400, address: "1 Mill Lane" };

/** What people and programs do with the recorded app. */
export function actionsOf(cloud: Simulation, requests: Requests) {
  const { MillraceBus: EventBusName, BooksTable: TableName } = requests.outputs;
  let sent = 0;
  const publish = async (DetailType: string, payload: object) => {
    const Source = DetailType.startsWith("video") ? "newsroom" : "shop";
    const Detail = JSON.stringify({ ...payload, millrace: { id: `${Source}-${++sent}` } });
    await cloud.call("events", "PutEvents", { Entries: [{ EventBusName, Source, DetailType, Detail }] });
    await cloud.settle();
  };
  const get = async (path: string) => (await requests.get(`api${path}`)).json;
  const post = async (path: string, body: object) => {
    const { status, text } = await requests.post(`api${path}`, body);
    if (status !== 200) throw new Error(`POST ${path} was answered ${status}: ${text}`);
  };
  const list = async (path: string) => (await get(path)).items;
  const runOf = async (key: string): Promise<string> => (await list(`/runs?key=${key}`))[0].run;
  const approvalOf = async (film: string) => {
    const run = await runOf(film);
    return (await list("/approvals")).find((one: { run: string }) => one.run === run);
  };
  return {
    publish,
    post,
    list,
    runOf,
    newestOf: async (workflow: string): Promise<string> => (await list(`/runs?workflow=${workflow}`))[0].run,
    approvalOf,
    film: (videoId: string, scenes: number) =>
      publish("video.requested", { videoId, topic: videoId, scenes }),
    order: (orderId: string, more: object = {}) => publish("order.placed", { orderId, ...ORDER, ...more }),
    async decide(film: string, decision: "approve" | "reject", note: string) {
      const { run, path, level } = await approvalOf(film);
      await post(`/approvals/${run}/${encodeURIComponent(path)}`, { decision, note, level });
    },
    async deadLetterOf(step: string) {
      const { id } = (await list("/dead-letters")).find((one: { step?: string }) => one.step === step);
      return await get(`/dead-letters/${id}`);
    },
    /** Changes an account in the table of the shop's services. */
    setAmount: (id: string, amount: number) =>
      cloud.call("dynamodb", "PutItem", {
        TableName,
        Item: { id: { S: id }, amount: { N: String(amount) } },
      }),
    /** The queue of a reaction is not read from now on. */
    async stopReading(reaction: string) {
      const name = cloud.functionName(reaction);
      const { EventSourceMappings } = await cloud.call("lambda", "ListEventSourceMappings", {
        FunctionName: name,
      });
      const [{ UUID }] = EventSourceMappings;
      await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
    },
  };
}
