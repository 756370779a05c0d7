/** One server-sent event. */
export interface StreamedEvent {
  /** "message" if the server names none. */
  type: string;
  data: string;
}

const DEFAULT_TYPE = "message";

/**
 * Parses text/event-stream piece by piece: `push` takes the next piece and returns the events that it
 * completed. Other fields are ignored, as the format requires.
 */
export class EventStreamReader {
  /** Milliseconds after which to reconnect, if the server has sent it. */
  retry: number | undefined;
  /** Where to continue: the id of the last complete message; a message without data can change it too. */
  lastId: string | undefined;
  private rest = "";
  private id: string | undefined;
  private data: string[] = [];
  private type = DEFAULT_TYPE;

  push(text: string): StreamedEvent[] {
    const events: StreamedEvent[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?=.)/);
    this.rest = lines.pop()!;
    for (const line of lines) {
      if (line === "") {
        this.lastId = this.id;
        if (this.data.length > 0) events.push({ type: this.type, data: this.data.join("\n") });
        this.data = [];
        this.type = DEFAULT_TYPE;
      } else this.field(line);
    }
    return events;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    if (name === "event") this.type = value;
    if (name === "id" && !value.includes("\0")) this.id = value;
    if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }
}
