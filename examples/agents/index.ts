import { agents } from "./agents.ts";
import { consultAgent, handleTask } from "./conduct.ts";
import { TaskSubmitted } from "./events.ts";
import { noteOutcome } from "./reactions.ts";

/** Every workflow of the agents' app. */
export const workflows = [handleTask, consultAgent];

/** Every reaction, including the agents' own. */
export const reactions = [...agents.map(({ reaction }) => reaction), noteOutcome];

/** An example event for newcomers. */
export const welcome = {
  event: TaskSubmitted,
  payload: {
    taskId: "first-ticket",
    kind: "support-ticket",
    subject: "Receipts",
    payload: { subject: "Receipts", text: "The printer feeds paper, but all receipts are blank." },
  },
};
