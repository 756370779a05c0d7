import { Duration } from "aws-cdk-lib";
import { HttpApi, HttpMethod, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import type { RequestTriggerSpec } from "../../contract/trigger/request.ts";
import { accessLog, type Throttle } from "../control-plane/access-log.ts";
import { DurableQueue } from "../durable-queue.ts";
import { millraceCount } from "../operations/metrics.ts";
import { ThresholdAlarm } from "../threshold-alarm.ts";
import { announce, TriggerFunction, type TriggerProps } from "./trigger-function.ts";

export interface WebhookProps extends TriggerProps<RequestTriggerSpec> {
  /**
   * The secret with which the sender signs: plain text. The previous one stays valid after a new one is
   * stored. @default a generated one
   */
  readonly secret?: ISecret;
  /** Requests per second, and burst. More are answered 429, and senders retry them. @default 500 and 1000 */
  readonly throttle?: Throttle;
}

/**
 * A URL to which a sender posts events: a webhook of one contract, or one for CloudEvents. The answer is
 * 202 when the event is on the bus, or in a queue whose function publishes it later, before any work is
 * done.
 *
 *     POST /<name> ─▶ function ─▶ bus
 *                        │  ▲
 *                        ▼  │ while the bus rejects it
 *                       queue
 */
export class Webhook extends Construct {
  /** The URL of the webhook. */
  readonly url: string;
  /** Undefined for unsigned requests. */
  readonly secret: ISecret | undefined;
  readonly handler: TriggerFunction;
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, props: WebhookProps) {
    super(scope, id);
    const { trigger } = props;
    announce(props, "webhook", `POST /${trigger.name}`);
    this.handler = new TriggerFunction(this, "Handler", props);
    this.queue = new DurableQueue(this, "Kept", { consumer: this.handler, batchSize: 10 });
    if (trigger.signature) {
      this.secret = props.secret ?? this.generatedSecret(trigger);
      this.secret.grantRead(this.handler.function);
      this.handler.addEnvironment(ENVIRONMENT.secret, this.secret.secretArn);
    }
    this.url = this.serve(props);
    this.alarm(trigger);
  }

  private generatedSecret({ name }: RequestTriggerSpec): Secret {
    return new Secret(this, "Secret", {
      description: `Signing secret of the sender of ${name}. Store the sender's own secret here if it provides one.`,
      generateSecretString: { excludePunctuation: true, passwordLength: 40 },
    });
  }

  private serve({ trigger, throttle }: WebhookProps): string {
    const api = new HttpApi(this, "Api", {
      description: `Webhook ${trigger.name}`,
      createDefaultStage: false,
    });
    api.addRoutes({
      path: `/${trigger.name}`,
      methods: trigger.methods.map((method) => HttpMethod[method]),
      integration: new HttpLambdaIntegration("Function", this.handler.function),
    });
    new HttpStage(this, "Stage", {
      httpApi: api,
      stageName: "$default",
      autoDeploy: true,
      throttle: throttle ?? { rateLimit: 500, burstLimit: 1000 },
      accessLogSettings: accessLog(this),
    });
    return `${api.apiEndpoint}/${trigger.name}`;
  }

  private alarm({ name }: RequestTriggerSpec): void {
    new ThresholdAlarm(this, "Refused", {
      metric: millraceCount(
        this,
        "WebhookRequestsRefused",
        { webhook: name },
        { period: Duration.minutes(5) },
      ),
      threshold: 10,
      alarmDescription: `The webhook ${name} rejects requests: the sender's secret differs from the one in Secrets Manager, or the requests are not from the sender. See the reasons in the function's log. Fix the secret; the sender then retries.`,
    });
  }
}
