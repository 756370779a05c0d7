import type { Stimulus } from "./advance/advance.ts";

interface Waiting {
  stimulus: Stimulus;
  resolve: (met: boolean) => void;
  reject: (error: unknown) => void;
}

/** The stimuli of executions: those of one execution are applied one after another. */
export class Mailboxes {
  private readonly apply: (execution: number, stimulus: Stimulus) => Promise<boolean>;
  private readonly opened = new Map<number, Waiting[]>();

  constructor(apply: (execution: number, stimulus: Stimulus) => Promise<boolean>) {
    this.apply = apply;
  }

  /** Resolves with what `apply` returns for the stimulus. */
  post(execution: number, stimulus: Stimulus): Promise<boolean> {
    return new Promise<boolean>((resolve, reject) => {
      const waiting = { stimulus, resolve, reject };
      const mailbox = this.opened.get(execution);
      if (mailbox) {
        mailbox.push(waiting);
      } else {
        const opened = [waiting];
        this.opened.set(execution, opened);
        void this.empty(execution, opened);
      }
    });
  }

  private async empty(execution: number, mailbox: Waiting[]): Promise<void> {
    for (let next = mailbox[0]; next; next = mailbox[0]) {
      try {
        next.resolve(await this.apply(execution, next.stimulus));
      } catch (error) {
        next.reject(error);
      }
      mailbox.shift();
    }
    this.opened.delete(execution);
  }
}
