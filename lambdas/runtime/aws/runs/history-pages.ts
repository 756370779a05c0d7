import type { GetExecutionHistoryCommandInput, HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import { GetExecutionHistoryCommand } from "../client/states-commands.ts";

/** The events of an execution, page by page. */
export async function* historyPages(
  client: SFNClient,
  query: Omit<GetExecutionHistoryCommandInput, "nextToken">,
): AsyncGenerator<HistoryEvent[]> {
  let nextToken: string | undefined;
  do {
    const page = await client.send(new GetExecutionHistoryCommand({ ...query, nextToken }));
    yield page.events ?? [];
    nextToken = page.nextToken;
  } while (nextToken);
}
