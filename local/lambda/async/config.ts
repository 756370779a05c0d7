import type { Kernel } from "../../kernel/kernel.ts";
import { invalidParameter, notFound } from "../errors.ts";
import { type Functions, LATEST } from "../functions.ts";
import { functionArn } from "../names.ts";

/** How asynchronous invocations of a function end. */
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
    PutFunctionEventInvokeConfig: (input: any) => this.write(input, {}),
    UpdateFunctionEventInvokeConfig: (input: any) =>
      this.write(input, JSON.parse(this.existing(input).config)),
    GetFunctionEventInvokeConfig: (input: any) => this.present(this.existing(input)),
    DeleteFunctionEventInvokeConfig: (input: any) => {
      const row = this.existing(input);
      this.kernel.store.run(
        "DELETE FROM lambda_invoke_config WHERE function = ? AND qualifier = ?",
        row.function,
        row.qualifier,
      );
      return {};
    },
    ListFunctionEventInvokeConfigs: (input: any) => {
      const { name } = this.functions.resolve(input.FunctionName).version;
      const rows = this.kernel.store.all<Row>(
        "SELECT * FROM lambda_invoke_config WHERE function = ? ORDER BY qualifier",
        name,
      );
      return { FunctionEventInvokeConfigs: rows.map((row) => this.present(row)) };
    },
  };

  private write(input: any, earlier: object): object {
    const { version, qualifier = LATEST } = this.functions.resolve(input.FunctionName, input.Qualifier);
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
    if (MaximumRetryAttempts !== undefined && ![0, 1, 2].includes(Number(MaximumRetryAttempts))) {
      throw invalidParameter(`MaximumRetryAttempts must be 0, 1 or 2; it is ${MaximumRetryAttempts}.`);
    }
    if (
      MaximumEventAgeInSeconds !== undefined &&
      !(MaximumEventAgeInSeconds >= 60 && MaximumEventAgeInSeconds <= 21_600)
    ) {
      throw invalidParameter(
        `MaximumEventAgeInSeconds must be 60 to 21600; it is ${MaximumEventAgeInSeconds}.`,
      );
    }
    for (const destination of [DestinationConfig?.OnSuccess, DestinationConfig?.OnFailure]) {
      const arn = destination?.Destination;
      if (arn !== undefined && !/^arn:aws[a-z-]*:(sqs|lambda|events|s3):/.test(arn)) {
        throw invalidParameter(
          `The local cloud does not serve ${arn} as a destination: it serves queues, functions, event buses and buckets.`,
        );
      }
    }
    const given = { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig };
    const config = { ...earlier, ...JSON.parse(JSON.stringify(given)) };
    const row = {
      function: version.name,
      qualifier,
      config: JSON.stringify(config),
      modified: this.kernel.clock.now(),
    };
    this.kernel.store.run(
      "INSERT OR REPLACE INTO lambda_invoke_config VALUES (?, ?, ?, ?)",
      ...[row.function, row.qualifier, row.config, row.modified],
    );
    return this.present(row);
  }

  private find(name: string, qualifier: string): Row | undefined {
    return this.kernel.store.get<Row>(
      "SELECT * FROM lambda_invoke_config WHERE function = ? AND qualifier = ?",
      name,
      qualifier,
    );
  }

  private existing(input: any): Row {
    const { version, qualifier = LATEST } = this.functions.resolve(input.FunctionName, input.Qualifier);
    const row = this.find(version.name, qualifier);
    if (row) return row;
    const arn = functionArn(this.kernel, version.name, qualifier);
    throw notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
  }

  private present(row: Row): object {
    return {
      LastModified: row.modified / 1000,
      FunctionArn: functionArn(this.kernel, row.function, row.qualifier),
      DestinationConfig: { OnSuccess: {}, OnFailure: {} },
      ...JSON.parse(row.config),
    };
  }
}
