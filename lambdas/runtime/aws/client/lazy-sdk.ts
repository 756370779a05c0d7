/** A client of the SDK. */
export interface Client {
  send(...call: any[]): Promise<any>;
}

/** A class of the SDK's commands. */
type CommandClass = new (
  input: any,
) => { resolveMiddleware(...settings: any[]): (command: any) => Promise<unknown> };

/** A client that loads the SDK at its first call: most functions make only direct calls. */
export function lazyClient<SdkClient extends Client>(load: () => Promise<SdkClient>): SdkClient {
  let loaded: Promise<SdkClient> | undefined;
  const send = async (...call: unknown[]) => {
    loaded ??= load();
    return await (await loaded).send(...call);
  };
  return { send } as SdkClient;
}

/**
 * A class with the name and input of a command of the SDK. Each of the SDK's clients can send it: a client asks
 * a command for its handler, and this handler loads the SDK's command.
 */
export function lazyCommand<Sdk extends CommandClass>(name: string, load: () => Promise<Sdk>): Sdk {
  const Lazy = class {
    readonly input: object;

    constructor(input: object) {
      this.input = input;
    }

    resolveMiddleware(...settings: unknown[]) {
      return async ({ input }: { input: object }) => {
        const command = new (await load())(input);
        return await command.resolveMiddleware(...settings)(command);
      };
    }
  };
  return Object.defineProperty(Lazy, "name", { value: name }) as unknown as Sdk;
}
