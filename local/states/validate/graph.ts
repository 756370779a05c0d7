import { type Diagnostic, error } from "./diagnostic.ts";

/** A definition, branch or item processor that is well formed. */
export interface Scope {
  StartAt: string;
  States: Record<string, State>;
}

interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
  Branches?: Scope[];
  ItemProcessor?: Scope;
  Iterator?: Scope;
  Label?: string;
}

/** What is wrong with how states lead to each other, in this scope and in those inside it. */
export function checkGraph(definition: Scope): Diagnostic[] {
  const scopes = scopesOf(definition, "");
  return [
    ...scopes.flatMap(({ scope, location }) => checkTransitions(scope, location)),
    ...duplicates(
      scopes.flatMap(({ scope, location }) =>
        Object.keys(scope.States).map((name) => [name, `${location}/States/${name}`] as const),
      ),
    ).map(([name, location]) => error("DUPLICATE_STATE_NAME", `Duplicate State name: ${name}`, location)),
    ...duplicates(
      scopes.flatMap(({ scope, location }) =>
        Object.entries(scope.States)
          .filter(([, state]) => state.Label !== undefined)
          .map(([name, state]) => [state.Label!, `${location}/States/${name}/Label`] as const),
      ),
    ).map(([label, location]) => error("DUPLICATE_LABEL_NAME", `Duplicate Label name: ${label}`, location)),
  ];
}

function scopesOf(scope: Scope, location: string): { scope: Scope; location: string }[] {
  const inner = Object.entries(scope.States).flatMap(([name, state]) => {
    const at = `${location}/States/${name}`;
    return [
      ...(state.Branches ?? []).flatMap((branch, index) => scopesOf(branch, `${at}/Branches[${index}]`)),
      ...(state.ItemProcessor ? scopesOf(state.ItemProcessor, `${at}/ItemProcessor`) : []),
      ...(state.Iterator ? scopesOf(state.Iterator, `${at}/Iterator`) : []),
    ];
  });
  return [{ scope, location }, ...inner];
}

/** States lead only to states of their own scope; each is reached, and some end it. */
function checkTransitions(scope: Scope, location: string): Diagnostic[] {
  const transitions = [
    { from: undefined, target: scope.StartAt, location: `${location}/StartAt` },
    ...Object.entries(scope.States).flatMap(([name, state]) =>
      targetsOf(state).map(([target, field]) => ({
        from: name,
        target,
        location: `${location}/States/${name}/${field}`,
      })),
    ),
  ];
  const dangling = transitions
    .filter(({ target }) => !Object.hasOwn(scope.States, target))
    .map((one) => error("MISSING_TRANSITION_TARGET", `Missing 'Next' target: ${one.target}`, one.location));
  if (!Object.values(scope.States).some(isTerminal)) {
    return [...dangling, error("MISSING_END_STATE", "Workflow has no terminal state")];
  }
  const reached = new Set<string>();
  const pending = [scope.StartAt];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name) || !Object.hasOwn(scope.States, name)) continue;
    reached.add(name);
    pending.push(...targetsOf(scope.States[name]!).map(([target]) => target));
  }
  const unreached = Object.keys(scope.States)
    .filter((name) => !reached.has(name))
    .map((name) =>
      error("MISSING_TRANSITION_TARGET", `State "${name}" is not reachable.`, `${location}/States/${name}`),
    );
  return [...dangling, ...unreached];
}

/** The next states of a state, each with its field. */
function targetsOf(state: State): [target: string, field: string][] {
  return [
    ...(state.Choices ?? []).map(({ Next }, index): [string, string] => [Next, `Choices[${index}]/Next`]),
    ...(state.Default === undefined ? [] : [[state.Default, "Default"] satisfies [string, string]]),
    ...(state.Next === undefined ? [] : [[state.Next, "Next"] satisfies [string, string]]),
    ...(state.Catch ?? []).map(({ Next }, index): [string, string] => [Next, `Catch[${index}]/Next`]),
  ];
}

function isTerminal(state: State): boolean {
  return state.End === true || state.Type === "Succeed" || state.Type === "Fail";
}

/** The entries that repeat the name of an earlier entry. */
function duplicates(entries: (readonly [name: string, location: string])[]): (readonly [string, string])[] {
  const seen = new Set<string>();
  return entries.filter(([name]) => seen.size === seen.add(name).size);
}
