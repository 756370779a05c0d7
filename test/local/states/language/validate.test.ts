import { expect, test } from "vitest";
import { refusal, validateDefinition, validateState } from "../../../../local/states/validate/index.ts";

type Json = Record<string, unknown>;
const END = { Type: "Pass", End: true };
const machine = (states: Json, more: Json = {}) =>
  JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more });
const inMachine = (state: Json, more: Json = {}) => machine({ S: { End: true, ...state } }, more);
const findings = (text: string, type?: "STANDARD" | "EXPRESS") =>
  validateDefinition(text, type).map(({ code, message, location }) => `${code}: ${message} at ${location}`);
const schema = (message: string, location: string) => [`SCHEMA_VALIDATION_FAILED: ${message} at ${location}`];
const jsonata = { QueryLanguage: "JSONata" };
const iterate = { StartAt: "I", States: { I: END } };

test("a definition with every state type passes", () => {
  const text = machine({
    Fork: {
      Type: "Parallel",
      Branches: [{ StartAt: "A", States: { A: { Type: "Succeed" } } }],
      Next: "Each",
    },
    Each: { Type: "Map", ItemsPath: "$", ItemProcessor: iterate, MaxConcurrency: 2, Next: "Work" },
    Work: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Parameters: { "MessageBody.$": "$$.Task.Token" },
      Retry: [{ ErrorEquals: ["States.ALL"], BackoffRate: 1.5 }],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "Stop" }],
      TimeoutSecondsPath: "$.limit",
      Next: "Decide",
    },
    Decide: {
      Type: "Choice",
      Choices: [
        {
          And: [{ Variable: "$.x", IsPresent: true }, { Not: { Variable: "$.x", NumericEquals: 1 } }],
          Next: "Pause",
        },
      ],
      Default: "Stop",
    },
    Pause: { Type: "Wait", Seconds: 0, Next: "Done" },
    Done: { Type: "Succeed" },
    Stop: { Type: "Fail", ErrorPath: "States.Format('{}', $.e)", Cause: "why" },
  });
  expect(findings(text)).toEqual([]);
});

test("a JSONata definition passes", () => {
  const text = machine(
    {
      Work: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken",
        Arguments: { Key: "{% $states.input.items[price > 5].{ 'id': id }^(name) %}" },
        Assign: { total: "{% $map($states.result, function($v) { $v + 1 }) %}" },
        TimeoutSeconds: "{% $states.input.limit %}",
        Catch: [{ ErrorEquals: ["X"], Output: "{% $states.errorOutput %}", Next: "Decide" }],
        Next: "Decide",
      },
      Decide: { Type: "Choice", Choices: [{ Condition: "{% $total > 1 %}", Next: "Done" }], Default: "Done" },
      Done: { Type: "Succeed", Output: " {% not one %} " },
    },
    jsonata,
  );
  expect(findings(text)).toEqual([]);
});

test("a text that is not a definition", () => {
  expect(findings("{")[0]).toMatch(/^INVALID_JSON_DESCRIPTION: /);
  expect(findings("")[0]).toMatch(/^MISSING_DESCRIPTION: /);
  expect(findings(machine({ S: { ...END, Comment: "x".repeat(2 ** 20) } }))[0]).toMatch(
    /^DEFINITION_TOO_LARGE: /,
  );
  for (const text of [" ", "[]", "null"]) {
    expect(findings(text)[0]).toMatch(/^SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object/);
  }
  expect(findings("{}")).toEqual(schema("These fields are required: [States, StartAt]", "/"));
});

test("the type decides which fields there are", () => {
  expect(findings(inMachine({ Type: "Nap" }))).toEqual(
    schema(
      "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
      "/States/S/Type",
    ),
  );
  expect(findings(inMachine({}))).toEqual(schema("These fields are required: [Type]", "/States/S"));
  expect(findings(inMachine({ Type: "Task" }))).toEqual(
    schema("These fields are required: [Resource]", "/States/S"),
  );
  for (const field of ["TimeoutSeconds", "Retry", "Typo"]) {
    expect(findings(inMachine({ Type: "Pass", [field]: 1 }))).toEqual(
      schema(`Field '${field}' is not supported`, "/States/S"),
    );
  }
  const task = { Type: "Task", Resource: "a:b" };
  expect(findings(inMachine({ ...task, Retry: [], Catch: [] }))).toEqual([]);
  expect(findings(inMachine({ ...task, Credentials: { Role: "r" } }))).toEqual(
    schema("The field 'RoleArn' is required but was missing", "/States/S/Credentials"),
  );
  expect(findings(inMachine({ ...task, Credentials: { "RoleArn.$": "$.role" } }))).toEqual([]);
  expect(findings(inMachine({ Type: "Parallel", Branches: [] }))).toEqual(
    schema("Value cannot be empty", "/States/S/Branches"),
  );
});

test("the query language decides, too, and states inside others have the machine's", () => {
  const only = (language: string, field: string, other: string) =>
    `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`;
  expect(findings(inMachine({ Type: "Pass", Output: 1 }))).toEqual(
    schema(only("JSONPath", "Output", "JSONata"), "/States/S"),
  );
  expect(findings(inMachine({ Type: "Pass", Parameters: {} }, jsonata))).toEqual(
    schema(only("JSONata", "Parameters", "JSONPath"), "/States/S"),
  );
  const inner = { StartAt: "I", States: { I: { ...END, Output: 1 } } };
  expect(findings(inMachine({ Type: "Map", ...jsonata, ItemProcessor: inner }))).toEqual(
    schema(only("JSONPath", "Output", "JSONata"), "/States/S/ItemProcessor/States/I"),
  );
  expect(findings(inMachine({ Type: "Map", ItemProcessor: { ...iterate, ...jsonata } }))).toEqual(
    schema("Field 'QueryLanguage' is not supported", "/States/S/ItemProcessor"),
  );
  expect(findings(inMachine({ Type: "Pass", QueryLanguage: "JSONPath" }, jsonata))).toEqual(
    schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", "/States/S"),
  );
});

test.each<[string, Json]>([
  ["Wait with two times", { Type: "Wait", Seconds: 1, Timestamp: "2026-01-01T00:00:00Z" }],
  ["Wait without a time", { Type: "Wait" }],
  ["Next and End", { Type: "Pass", Next: "S" }],
  ["Map without a processor", { Type: "Map" }],
  ["Map with two processors", { Type: "Map", ItemProcessor: iterate, Iterator: iterate }],
  [
    "a batch by two sizes",
    {
      Type: "Map",
      ItemProcessor: iterate,
      ItemBatcher: { MaxItemsPerBatch: 1, MaxItemsPerBatchPath: "$.size" },
    },
  ],
  [
    "a reader of two numbers of items",
    {
      Type: "Map",
      ItemProcessor: iterate,
      ItemReader: { Resource: "a:b", ReaderConfig: { MaxItems: 1, MaxItemsPath: "$.most" } },
    },
  ],
  ["Task with two timeouts", { Type: "Task", Resource: "a:b", TimeoutSeconds: 1, TimeoutSecondsPath: "$.t" }],
])("%s names the fields that exclude each other", (_what, state) => {
  expect(findings(inMachine(state))[0]).toMatch(
    /(Exactly one|Only one) of these fields is (required|allowed): \[/,
  );
});

test.each<[string, Json, string]>([
  [
    "a timestamp",
    { Type: "Wait", Timestamp: "2026-01-01 00:00:00Z" },
    "String does not match RFC3339 timestamp at /States/S/Timestamp",
  ],
  ["a path", { Type: "Pass", InputPath: "States.UUID()" }, "Value is not a Path: '$' expected at position 0"],
  [
    "a reference path",
    { Type: "Pass", ResultPath: "$.a[*]" },
    "Value is not a Reference Path: it may name several nodes",
  ],
  ["a path to write to", { Type: "Pass", ResultPath: "$$.a" }, "only '$' can be written to"],
  [
    "an intrinsic function",
    { Type: "Pass", Parameters: { in: { "x.$": "States.UUID(1)" } } },
    "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters/in",
  ],
  [
    "a field given twice",
    { Type: "Pass", Parameters: { "x.$": "$", x: 1 } },
    "The fields 'x' and 'x.$' are the same field",
  ],
  ["a number", { Type: "Wait", Seconds: "1" }, "Expected value of type Integer at /States/S/Seconds"],
  [
    "a backoff",
    { Type: "Task", Resource: "a:b", Retry: [{ ErrorEquals: ["E"], BackoffRate: 0.5 }] },
    "Value must not be less than 1 at /States/S/Retry[0]/BackoffRate",
  ],
  [
    "an error list",
    { Type: "Task", Resource: "a:b", Retry: [{ ErrorEquals: [] }] },
    "Value cannot be empty at /States/S/Retry[0]/ErrorEquals",
  ],
  [
    "States.ALL among others",
    { Type: "Task", Resource: "a:b", Retry: [{ ErrorEquals: ["States.ALL", "E"] }] },
    "'States.ALL' must appear alone",
  ],
  [
    "States.ALL before others",
    { Type: "Task", Resource: "a:b", Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["E"] }] },
    "'States.ALL' must appear in the last clause",
  ],
  ["a reserved variable", { Type: "Pass", Assign: { states: 1 } }, "The variable name 'states' is reserved"],
  [
    "an integration",
    { Type: "Task", Resource: "arn:aws:states:::sqs:receiveMessage" },
    "The resource provided arn:aws:states:::sqs:receiveMessage is not recognized.",
  ],
  [
    "a function's alias",
    { Type: "Task", Resource: "arn:aws:lambda:us-east-1:111111111111:function:f:" },
    "is not recognized.",
  ],
])("%s that is none is refused", (_what, state, message) => {
  expect(findings(inMachine(state))[0]).toContain(message);
});

test("choice rules", () => {
  const rules = (...Choices: Json[]) => findings(machine({ C: { Type: "Choice", Choices }, D: END }));
  expect(rules({ Variable: "$.x", NumericEquals: 1 })[0]).toContain(
    "These fields are required: [Next] at /States/C/Choices[0]",
  );
  expect(rules({ Variable: "$.x", NumericEquals: "1", Next: "D" })[0]).toContain(
    "Expected value of type Number",
  );
  expect(rules({ Variable: "$.x", NumericEquals: 1, IsNull: true, Next: "D" })[0]).toContain(
    "Exactly one of these fields",
  );
  expect(rules({ Variable: "$.x", TimestampEquals: "noon", Next: "D" })[0]).toContain("RFC3339");
  expect(rules({ Not: { Variable: "$.x", IsNull: true, Next: "D" }, Next: "D" })).toEqual(
    schema("Field 'Next' is not supported", "/States/C/Choices[0]/Not"),
  );
});

test.each([
  ["{% 1 + %}", "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/S/Output/v"],
  [
    "{% total %}",
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'total' at the top level is not supported. at /States/S/Output/v",
  ],
  ["{% $map([1], function($n) { $n + offset }) %}", "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'offset'"],
  ["{% $states.errorOutput %}", "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$states.errorOutput'"],
  ["{% $$ %}", "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$'"],
  ["{% 1 %", "SCHEMA_VALIDATION_FAILED: A JSONata expression must start with '{%' and end with '%}'"],
  ["1 %}", "SCHEMA_VALIDATION_FAILED: A JSONata expression must start with '{%' and end with '%}'"],
])("the expression %s is refused when the machine is made", (expression, message) => {
  const [finding, ...others] = findings(inMachine({ Type: "Pass", Output: { v: expression } }, jsonata));
  expect(finding).toContain(message);
  expect(others).toEqual([]);
});

test("states lead to states of their own scope", () => {
  expect(findings(machine({ A: { Type: "Pass", Next: "X" }, B: END }))).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Next",
    'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
  ]);
  const branch = { StartAt: "In", States: { In: { Type: "Pass", Next: "Out" }, Last: END } };
  expect(
    findings(machine({ Fork: { Type: "Parallel", Branches: [branch], Next: "Out" }, Out: END })),
  ).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: Out at /States/Fork/Branches[0]/States/In/Next",
    'MISSING_TRANSITION_TARGET: State "Last" is not reachable. at /States/Fork/Branches[0]/States/Last',
  ]);
  expect(findings(machine({ A: END }, { StartAt: "Z" }))).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /StartAt",
    'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
  ]);
  expect(
    findings(
      machine({
        C: { Type: "Choice", Choices: [{ Variable: "$.x", IsNull: true, Next: "X" }], Default: "Y" },
        D: END,
      }),
    ),
  ).toEqual([
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/C/Choices[0]/Next",
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/C/Default",
    'MISSING_TRANSITION_TARGET: State "D" is not reachable. at /States/D',
  ]);
});

test("a machine without an end says that and nothing about reach", () => {
  const loop = {
    A: { Type: "Pass", Next: "B" },
    B: { Type: "Pass", Next: "A" },
    C: { Type: "Pass", Next: "A" },
  };
  expect(findings(machine(loop))).toEqual(["MISSING_END_STATE: Workflow has no terminal state at undefined"]);
});

test("names are unique in the whole machine", () => {
  const twice = { StartAt: "A", States: { A: END } };
  expect(findings(machine({ M: { Type: "Map", ItemProcessor: twice, Next: "A" }, A: END }))).toEqual([
    "DUPLICATE_STATE_NAME: Duplicate State name: A at /States/M/ItemProcessor/States/A",
  ]);
  const name = "n".repeat(81);
  expect(findings(machine({ [name]: END }))[0]).toMatch(/^INVALID_STATE_NAME: /);
});

test("labels are short, plain and unique", () => {
  const map = (Label: string, inner: Json, more: Json) => ({
    Type: "Map",
    Label,
    ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...inner },
    ...more,
  });
  const other = { StartAt: "J", States: { J: END } };
  const labels = (first: string, second: string) =>
    findings(machine({ A: map(first, iterate, { Next: "B" }), B: map(second, other, { End: true }) }));
  expect(labels("one", "two")).toEqual([]);
  expect(labels("one", "one")).toEqual([
    "DUPLICATE_LABEL_NAME: Duplicate Label name: one at /States/B/Label",
  ]);
  expect(labels("a:b", "two")).toEqual([
    "INVALID_LABEL_NAME: Label contains invalid character: ':' at /States/A/Label",
  ]);
  expect(labels("x".repeat(41), "two")[0]).toMatch(/^INVALID_LABEL_NAME: Label cannot exceed 40 characters/);
});

test("an express machine waits for nothing", () => {
  const text = inMachine({ Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken" });
  expect(findings(text, "STANDARD")).toEqual([]);
  expect(findings(text, "EXPRESS")).toEqual(
    schema(
      "Express state machine does not support '.waitForTaskToken' service integration ",
      "/States/S/Resource",
    ),
  );
  const activity = inMachine({ Type: "Task", Resource: "arn:aws:states:us-east-1:000000000000:activity:a" });
  expect(findings(activity, "STANDARD")).toEqual([]);
  expect(findings(activity, "EXPRESS")).toEqual(
    schema("Express state machine does not support Activity ARN", "/States/S/Resource"),
  );
});

test("a probable mistake is a warning, and refuses nothing", () => {
  const found = validateDefinition(inMachine({ Type: "Pass", Parameters: { name: "$.name" } }));
  expect(found).toMatchObject([
    { severity: "WARNING", code: "NO_DOLLAR", location: "/States/S/Parameters/name" },
  ]);
  expect(refusal(found)).toBeUndefined();
  expect(validateDefinition(inMachine({ Type: "Pass", Result: { "x.$": "$.x" } }))).toMatchObject([
    { severity: "WARNING", code: "PASS_RESULT_IS_STATIC" },
  ]);
});

test("a refusal lists every error", () => {
  expect(refusal(validateDefinition(machine({ A: { Type: "Pass", Next: "X" } })))).toMatchObject({
    code: "InvalidDefinition",
    message:
      "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Next, " +
      "MISSING_END_STATE: Workflow has no terminal state at null'",
  });
});

test("a state by itself is checked without where it leads", () => {
  expect(validateState(JSON.stringify({ Type: "Pass", Next: "Elsewhere" }))).toEqual([]);
  expect(validateState(JSON.stringify({ Type: "Parallel", Branches: [], End: true }))).toMatchObject([
    { message: "Value cannot be empty", location: "/States/StateName/Branches" },
  ]);
});
