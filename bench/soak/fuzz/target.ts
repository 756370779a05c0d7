import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { assemblyOf } from "../../../test/local/cloud/assembly.ts";
import { ACTOR, functionOf, LETS_EVENTS_SEND } from "../../../test/local/cloud/resources.ts";
import type { Case } from "./cases.ts";

const START = join(import.meta.dirname, "../../../local/start.ts");

const RESOURCES = {
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "q" } },
  QueuePolicy: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: "Queue" }],
      PolicyDocument: {
        Statement: [LETS_EVENTS_SEND],
      },
    },
  },
  Fifo: { Type: "AWS::SQS::Queue", Properties: { QueueName: "q.fifo", FifoQueue: true } },
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: "things",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    },
  },
  Bucket: {
    Type: "AWS::S3::Bucket",
    Properties: {
      BucketName: "bucket",
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    },
  },
  Rule: { Type: "AWS::Events::Rule", Properties: { Name: "fuzz", EventPattern: { source: ["a"] } } },
  Transformed: {
    Type: "AWS::Events::Rule",
    Properties: { Name: "transformed", EventPattern: { source: ["a"] } },
  },
  Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "g" } },
  Role: ACTOR,
  Function: functionOf("exports.handler = async (event) => event;", { FunctionName: "f" }),
  Machine: {
    Type: "AWS::StepFunctions::StateMachine",
    Properties: {
      StateMachineName: "machine",
      RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
      DefinitionString: JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } }),
    },
  },
};

export interface Reply {
  /** 0 where the connection was closed without an answer. */
  status: number;
  body: string;
}

export const assembly = () => assemblyOf(RESOURCES);

/** A local cloud in a process of its own, in memory. */
export class Target {
  private readonly child: ChildProcess;
  private readonly agent = new Agent({ keepAlive: true });
  private port = 0;
  /** What it wrote to standard error: its own faults. */
  errors = "";
  /** How it ended, if it did. */
  ended: string | undefined;

  private constructor(child: ChildProcess) {
    this.child = child;
    child.stderr!.on("data", (chunk) => {
      this.errors += chunk;
    });
    child.once("exit", (code, signal) => {
      this.ended = `${code ?? signal}`;
    });
  }

  static async start(folder: string): Promise<Target> {
    const options = ["--assembly", folder, "--memory", "--port", "0"];
    const child = spawn(process.execPath, [START, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    process.once("exit", () => child.kill("SIGKILL"));
    const target = new Target(child);
    target.port = await new Promise<number>((resolve, reject) => {
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
        const endpoint = /ready at (\S+)/.exec(output)?.[1];
        if (endpoint) resolve(Number(new URL(endpoint).port));
      });
      child.once("exit", () => reject(new Error(`It did not start: ${target.errors}`)));
    });
    return target;
  }

  /** Rejects where no answer comes within `limit` milliseconds. */
  async send(given: Case, limit: number): Promise<Reply> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
    });
    try {
      return await Promise.race(["raw" in given ? this.sendRaw(given.raw) : this.sendHttp(given), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.agent.destroy();
    this.child.kill("SIGKILL");
  }

  private sendHttp(given: Extract<Case, { body: Buffer }>): Promise<Reply> {
    const { method, path, headers, body } = given;
    const options = { host: "127.0.0.1", port: this.port, agent: this.agent, method, path };
    return new Promise((resolve, reject) => {
      const sent = request(
        { ...options, headers: { ...headers, "content-length": body.length } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      sent.once("error", reject);
      sent.end(body);
    });
  }

  /** Sends bytes and reads until the other side has no more to say for a while. */
  private sendRaw(bytes: Buffer): Promise<Reply> {
    return new Promise((resolve) => {
      let body = "";
      const socket = connect(this.port, "127.0.0.1", () => socket.write(bytes));
      const end = () => {
        socket.destroy();
        resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(body)?.[1] ?? 0), body });
      };
      // Half a request is waited for, and rightly so.
      socket.setTimeout(100, end);
      socket.on("data", (chunk) => {
        body += chunk;
      });
      socket.once("error", end);
      socket.once("close", end);
    });
  }
}
