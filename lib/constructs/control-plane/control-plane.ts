import { Duration } from "aws-cdk-lib";
import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import type { Companion } from "../bundles/handler-bundles.ts";
import { HandlerFunction } from "../handler-function.ts";
import { type ApiPermissionsProps, allowApi } from "./api-permissions.ts";
import { consoleFolder } from "./console-assets.ts";
import { type ConsoleProps, signInBy } from "./console-props.ts";
import { serveConsole } from "./console-routes.ts";

export interface ControlPlaneProps extends ConsoleProps, ApiPermissionsProps {}

/** The API, and the console that it serves: see `serveConsole`. */
export class ControlPlane extends Construct {
  /** The address of the console. */
  readonly url: string;
  readonly api: HttpApi;
  readonly handler: HandlerFunction;
  /** The secret with the token; undefined if an issuer signs users in. */
  readonly token: Secret | undefined;

  constructor(scope: Construct, id: string, props: ControlPlaneProps) {
    super(scope, id);
    const {
      platform: { bundles },
      issuer,
      system,
    } = props;
    const companions = (): Companion[] => [
      { path: "system.json", text: JSON.stringify(system) },
      { path: "log-groups.json", text: JSON.stringify(props.logGroups) },
      { path: "console", folder: consoleFolder() },
    ];
    this.handler = new HandlerFunction(this, "Api", {
      code: bundles.ownCode("api", companions),
      description: "Serves the API and the console",
      // Live updates wait for up to 25 seconds; API Gateway's timeout is 30.
      timeout: Duration.seconds(29),
    });
    allowApi(this.handler, props);
    this.handler.addEnvironment(ENVIRONMENT.signIn, JSON.stringify(signInBy(issuer)));
    if (!issuer) {
      this.token = new Secret(this, "Token", {
        description: `Token for the console and API of ${system.name}. To revoke access, store another value.`,
        generateSecretString: { excludePunctuation: true, passwordLength: 48 },
      });
      this.token.grantRead(this.handler.function);
      this.handler.addEnvironment(ENVIRONMENT.secret, this.token.secretArn);
    }
    this.api = new HttpApi(this, "Http", {
      description: `Console and API of ${system.name}`,
      createDefaultStage: false,
    });
    serveConsole(this, this.api, this.handler, props);
    this.url = `${this.api.apiEndpoint}/`;
  }
}
