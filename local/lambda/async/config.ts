import type { Kernel } from "../../kernel/kernel.ts";
import { invalidParameter, notFound } from "../errors.ts";
import { type Functions, LATEST } from "../functions.ts";
import { type FunctionName, functionArn, readFunctionName } from "../names.ts";

/** The retries and destinations of a function's asynchronous invocations. */
export interface InvokeConfig {
  retries: number;
  /** Seconds. */
  maximumAge: number;
  onSuccess: string | undefined;
  onFailure: string | undefined;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE = 6 * 3600;

interface Row {
  function: string;
  qualifier: string;
  config: string;
  modified: number;
}

/** The event invoke configurations, by function and qualifier. */
export class InvokeConfigs {
  private readonly kernel: Kernel;
  private readonly functions: Functions;

  constructor(kernel: Kernel, functions: Functions) {
    this.kernel = kernel;
    this.functions = functions;
  }

  effective(name: string, qualifier: string): InvokeConfig {
    const stored = JSON.parse(this.find(name, qualifier || LATEST)?.config ?? "{}");
    return {
      retries: stored.MaximumRetryAttempts ?? DEFAULT_RETRIES,
      maximumAge: stored.MaximumEventAgeInSeconds ?? DEFAULT_AGE,
      onSuccess: stored.DestinationConfig?.OnSuccess?.Destination,
      onFailure: stored.DestinationConfig?.OnFailure?.Destination,
    };
  }

  readonly operations = {
    PutFunctionEventInvokeConfig: (input: any) => this.write(input, () => ({})),
    UpdateFunctionEventInvokeConfig: (input: any) =>
      this.write(input, (named) => JSON.parse(this.existing(named).config)),
    GetFunctionEventInvokeConfig: (input: any) => this.present(this.existing(this.named(input))),
    DeleteFunctionEventInvokeConfig: (input: any) => {
      const row = this.existing(this.named(input));
      this.kernel.store.run(
        "DELETE FROM lambda_invoke_config WHERE function = ? AND qualifier = ?",
        row.function,
        row.qualifier,
      );
      return {};
    },
  };

  private write(input: any, earlier: (named: FunctionName) => object): object {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
    const given = JSON.parse(
      JSON.stringify({ MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }),
    );
    if (Object.keys(given).length === 0) {
      throw invalidParameter("You must specify at least one of error handling or destination setting.");
    }
    const target = this.target(input);
    const config = JSON.stringify({ ...earlier(target), ...given });
    if (DestinationConfig) this.checkDestinations(target.name, DestinationConfig);
    const { name, qualifier = LATEST } = target;
    const row = { function: name, qualifier, config, modified: this.kernel.clock.now() };
    this.kernel.store.run(
      "INSERT OR REPLACE INTO lambda_invoke_config VALUES (?, ?, ?, ?)",
      row.function,
      row.qualifier,
      row.config,
      row.modified,
    );
    return this.present(row);
  }

  private checkDestinations(name: string, config: any): void {
    for (const { Destination: arn } of [config.OnSuccess ?? {}, config.OnFailure ?? {}]) {
      if (!arn) continue;
      const [, , service, , , , target] = arn.split(":");
      if (!SERVICES.has(service)) {
        throw invalidParameter(`The provided destination config ${written(config)} is invalid.`);
      }
      if (service !== "lambda") continue;
      if (!this.functions.has(target)) throw invalidParameter(`The destination ARN ${arn} is invalid.`);
      if (target === name)
        throw invalidParameter("You can't specify the function as a destination for itself.");
    }
  }

  /** The function, version or alias that is configured. */
  private target(input: any): FunctionName {
    const named = readFunctionName(this.kernel, input.FunctionName, input.Qualifier);
    if (!this.functions.exists(named.name, named.qualifier)) throw notFound("The function doesn't exist.");
    return named;
  }

  private find(name: string, qualifier: string): Row | undefined {
    return this.kernel.store.get<Row>(
      "SELECT * FROM lambda_invoke_config WHERE function = ? AND qualifier = ?",
      name,
      qualifier,
    );
  }

  private existing({ name, qualifier = LATEST }: FunctionName): Row {
    const row = this.find(name, qualifier);
    if (row) return row;
    const arn = functionArn(this.kernel, name, qualifier);
    throw notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
  }

  private named(input: any): FunctionName {
    return readFunctionName(this.kernel, input.FunctionName, input.Qualifier);
  }

  private present(row: Row): object {
    const { DestinationConfig, ...config } = JSON.parse(row.config);
    return {
      LastModified: row.modified / 1000,
      FunctionArn: functionArn(this.kernel, row.function, row.qualifier),
      DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...DestinationConfig },
      ...config,
    };
  }
}

const SERVICES = new Set(["sqs", "sns", "lambda", "events", "s3"]);

/** A configuration of destinations in Lambda's output form. */
function written({ OnSuccess, OnFailure }: any): string {
  const one = (type: string, given: any) =>
    given ? `${type}(destination=${given.Destination ?? null})` : "null";
  return `DestinationConfig(onSuccess=${one("OnSuccess", OnSuccess)}, onFailure=${one("OnFailure", OnFailure)})`;
}
