import { type Table, tableOver } from "../../../lambdas/runtime/aws/table/table.ts";

type Answer = { Responses?: any; UnprocessedKeys?: any };
type Send = (command: any) => Promise<Answer>;

const over = (table: Table, send: Send): Table =>
  tableOver(table.name, { send } as unknown as Table["client"], async () => {});
const isBatch = ({ input }: any) => input.Statements !== undefined;
const isTransaction = ({ input }: any) => input.TransactStatements !== undefined;
const isRead = ({ input }: any) => Object.values<any>(input.RequestItems ?? {}).some(({ Keys }) => Keys);

/** A table each of whose writes and reads travels with others, some of which are refused. */
export function inCompany(table: Table): Table {
  const together = over(table, (command) => table.client.send(command) as Promise<Answer>);
  const { statements, pairs, reads } = together;
  const strangers = () => {
    const key = { pk: "stranger", sk: crypto.randomUUID() };
    const item = `{'pk': ?, 'sk': ?}`;
    const about = { key, text: `INSERT INTO "${table.name}" VALUE ${item}`, parameters: [key.pk, key.sk] };
    const missing = { ...about.key, sk: "missing" };
    const refused = `UPDATE "${table.name}" SET "a" = ? WHERE "pk" = ? AND "sk" = ?`;
    return [about, { key: missing, text: refused, parameters: [1, missing.pk, missing.sk] }];
  };
  return {
    ...together,
    statements: Object.assign(Object.create(statements), {
      async ask(statement: any) {
        const [one, other] = strangers();
        const asked = [statements.ask(one!), statements.ask(statement), statements.ask(other!)];
        const [put, answer, refused] = await Promise.all(asked);
        if (put!.kind !== "executed" || refused!.kind !== "refused")
          throw new Error("A stranger has another's answer.");
        return answer;
      },
    }),
    pairs: Object.assign(Object.create(pairs), {
      async ask(pair: any) {
        const [[one, missing], [other], [third]] = [strangers(), strangers(), strangers()];
        const asked = [pairs.ask([one!, other!]), pairs.ask(pair), pairs.ask([third!, missing!])];
        const [written, answer, prevented] = await Promise.all(asked);
        if (!written || prevented) throw new Error("A pair of strangers has another's answer.");
        return answer;
      },
    }),
    reads: Object.assign(Object.create(reads), {
      async ask(key: any) {
        const [answer, none] = await Promise.all([reads.ask(key), reads.ask({ pk: "stranger", sk: "none" })]);
        if (none !== undefined) throw new Error("A stranger has another's item.");
        return answer;
      },
    }),
  };
}

/** What goes wrong with each statement once: it is throttled, or it is carried out and its answer is lost. */
export type Trouble = "throttled" | "lost";

/** A table each of whose statements meets trouble the first time, and each of whose reads is left for later. */
export function inTrouble(table: Table, trouble: Trouble): Table {
  const met = new Set<string>();
  const isFirst = (about: unknown) => {
    const name = JSON.stringify(about);
    const first = !met.has(name);
    if (first) met.add(name);
    else met.delete(name);
    return first;
  };
  return over(table, async (command) => {
    if (isBatch(command)) {
      const { Statements } = command.input;
      const struck = Statements.map((one: any) => isFirst([one.Statement, one.Parameters]));
      const carried =
        trouble === "lost" ? Statements : Statements.filter((_: any, at: number) => !struck[at]);
      const Batch = command.constructor;
      const output =
        carried.length > 0
          ? await (table.client.send(new Batch({ Statements: carried })) as Promise<Answer>)
          : { Responses: [] };
      const answers = [...output.Responses];
      const Code = trouble === "lost" ? "InternalServerError" : "ThrottlingError";
      return {
        Responses: Statements.map((_: any, at: number) => {
          const answer = trouble === "lost" || !struck[at] ? answers.shift() : undefined;
          return struck[at] ? { Error: { Code, Message: "Trouble" } } : answer;
        }),
      };
    }
    if (isTransaction(command) && isFirst(command.input.TransactStatements)) {
      if (trouble === "throttled") {
        const [, ...others] = command.input.TransactStatements;
        const CancellationReasons = [{ Code: "ThrottlingError" }, ...others.map(() => ({ Code: "None" }))];
        throw Object.assign(new Error("Trouble"), {
          name: "TransactionCanceledException",
          CancellationReasons,
        });
      }
      command.input.ClientRequestToken = crypto.randomUUID();
      await table.client.send(command);
    }
    if (isRead(command) && isFirst(command.input))
      return { Responses: {}, UnprocessedKeys: command.input.RequestItems };
    return (await table.client.send(command)) as Answer;
  });
}
