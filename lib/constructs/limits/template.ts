/** A CloudFormation template as it is written at synthesis. */
interface CloudTemplate {
  readonly Description?: string;
  readonly Parameters?: Record<string, unknown>;
  readonly Outputs?: Record<string, unknown>;
  readonly Resources?: Record<string, CloudResource>;
}

export interface CloudResource {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
}

/** A synthesized stack: `parent` names the parent stack and its resource. */
export interface SynthesizedStack {
  readonly name: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
  readonly template: CloudTemplate;
  readonly parent?: { readonly stack: string; readonly resource: string };
}
