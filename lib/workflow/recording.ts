/** Part of a definition in which its references can be used: the whole, a branch, the body of an `each`. */
export interface Scope {
  readonly parent: Scope | undefined;
  /** "the branch of \"when editor.approved\"" */
  readonly label: string;
}

/** A field that a definition read. */
interface Read {
  readonly text: string;
  readonly place: string;
  used: boolean;
}

/** State while a definition runs: the current scope, and the fields that were read. */
export interface Recording {
  readonly workflow: string;
  readonly reads: Read[];
  /** Errors in JSONata that is given in pieces with references in between. */
  readonly checkJsonata: (pieces: readonly string[]) => string | undefined;
  scope: Scope;
  open: boolean;
}

/** The parser is passed in, since the module that defines workflows must not bring it into a Lambda. */
export function startRecording(workflow: string, checkJsonata: Recording["checkJsonata"]): Recording {
  const scope = { parent: undefined, label: `workflow "${workflow}"` };
  return { workflow, reads: [], checkJsonata, scope, open: true };
}

/** Runs part of a definition in a scope of its own. */
export function within<T>(recording: Recording, label: string, body: () => T): T {
  const parent = recording.scope;
  recording.scope = { parent, label };
  try {
    return body();
  } finally {
    recording.scope = parent;
  }
}

export function isWithin(scope: Scope | undefined, outer: Scope): boolean {
  return scope === outer || (scope !== undefined && isWithin(scope.parent, outer));
}
