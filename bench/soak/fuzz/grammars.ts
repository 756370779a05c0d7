import type { Dice } from "./dice.ts";
import { mutated, scrambled, text, value } from "./values.ts";

/** Sentences of the small languages: sound ones, made of their own words, then bent. */

const words = (dice: Dice, vocabulary: readonly string[], limit: number, glue = " ") =>
  dice.some(limit, () => (dice.chance(0.95) ? dice.pick(vocabulary) : text(dice))).join(glue);

const bent = (dice: Dice, sound: readonly string[], vocabulary: readonly string[], glue?: string) =>
  dice.chance(0.5)
    ? words(dice, vocabulary, 14, glue)
    : dice.chance(0.2)
      ? dice.pick(sound)
      : scrambled(dice, dice.pick(sound));

const MATCHERS = [
  "a",
  1,
  null,
  { prefix: "a" },
  { suffix: "b" },
  { prefix: { "equals-ignore-case": "a" } },
  { wildcard: "a*b*c*d" },
  { "anything-but": ["a", 1] },
  { "anything-but": { prefix: ["a"] } },
  { "anything-but": { wildcard: "*a*" } },
  { numeric: [">", 0, "<=", 5] },
  { numeric: ["=", 1] },
  { cidr: "10.0.0.0/8" },
  { cidr: "::/0" },
  { exists: true },
  { exists: false },
  { "equals-ignore-case": "A" },
  { wildcard: `${"*a".repeat(40)}*` },
];

/** An event pattern, as an object. */
export function pattern(dice: Dice): unknown {
  const field = (depth: number): unknown =>
    depth < 3 && dice.chance(0.4)
      ? Object.fromEntries(dice.some(3, () => [dice.pick(["a", "b", "$or", "detail", ""]), field(depth + 1)]))
      : dice.some(3, () =>
          dice.chance(0.2) ? mutated(dice, dice.pick(MATCHERS), 0.3) : dice.pick(MATCHERS),
        );
  const sound = {
    source: field(3),
    detail: { a: field(0), b: field(1) },
    ...(dice.chance(0.3) && { $or: dice.some(4, () => ({ detail: { a: field(1) } })) }),
  };
  return dice.chance(0.5) ? sound : mutated(dice, sound);
}

export const event = (dice: Dice): unknown =>
  mutated(
    dice,
    {
      id: "1",
      "detail-type": "t",
      source: "a",
      account: "000000000000",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      resources: ["a"],
      detail: { a: "a".repeat(200), b: [1, { c: "10.1.1.1" }], n: 3 },
    },
    0.03,
  );

const DYNAMODB = [
  "a",
  "b.c",
  "c[0]",
  "#n",
  ":v",
  ":w",
  "(",
  ")",
  ",",
  "=",
  "<>",
  "<",
  ">=",
  "+",
  "-",
  "AND",
  "OR",
  "NOT",
  "IN",
  "BETWEEN",
  "SET",
  "REMOVE",
  "ADD",
  "DELETE",
  "size(a)",
  "contains(a, :v)",
  "begins_with(a, :v)",
  "id",
  "_",
  "attribute_exists(a)",
  "attribute_type(a, :v)",
  "if_not_exists(a, :v)",
  "list_append(:w, a)",
  "[99999999999]",
];
export const dynamodbExpression = (dice: Dice) =>
  bent(
    dice,
    [
      "id = :v",
      "SET a = :v, b.c = if_not_exists(d, :v) + :v REMOVE e[3] ADD n :v DELETE s :w",
      "attribute_not_exists(id) AND (size(#n) > :v OR NOT contains(a.b[0], :w)) AND c BETWEEN :v AND :w",
      "a, b.c[1].d, #n",
      `${"(".repeat(400)}a = :v${")".repeat(400)}`,
      `a = :v${" AND a = :v".repeat(400)}`,
      `${"NOT ".repeat(900)}a = :v`,
    ],
    DYNAMODB,
  );

const PATHS = [
  ..."$ $. $$ . .. [ ] [0] [-1] [*] [0:2] [::-1] [?( ) @.a == < && || ! 'a' \"b\" a.b .length() , $$.Execution.Id".split(
    " ",
  ),
  "=~ /(a+)+$/",
  "in ['a']",
  "min()",
  "concat($.a)",
];
export const jsonPath = (dice: Dice) =>
  bent(
    dice,
    [
      "$.a.b[0]",
      "$..a",
      "$['a','b']",
      "$.list[?(@.n > 1 && @.s == 'x')].s",
      "$.list[1:3]",
      "$$.Map.Item.Value",
      `$${".a".repeat(3000)}`,
      `$${"..*".repeat(12)}`,
      `$.list[?(${"(".repeat(900)}@.n${")".repeat(900)})]`,
    ],
    PATHS,
    "",
  );

export const intrinsic = (dice: Dice) =>
  bent(
    dice,
    [
      "States.Format('{} {}', $.a, 1)",
      "States.Array(1, $.a, 'x')",
      "States.ArrayRange(1, 999999999, 1)",
      "States.ArrayPartition($.list, 2)",
      "States.Base64Decode('%%%')",
      "States.Hash($.a, 'SHA-1')",
      "States.JsonMerge($.a, $.b, false)",
      "States.MathRandom(1, 1e30)",
      "States.StringSplit($.s, ',')",
      "States.UUID()",
      "States.StringToJson('[')",
      `${"States.Array(".repeat(500)}1${")".repeat(500)}`,
    ],
    ["States.Format(", "States.Array(", "'", "\\'", "{}", ")", ",", "$.a", "1", "null", "States.", "UUID()"],
    "",
  );

const JSONATA = [
  ..."$states.input $ . [ ] ( ) { } : ; := ? , = != < > + - * / % & and or in ~> | ^ @ # ** a 'b' 1 /a/ /(a+)+$/i function($x) λ".split(
    " ",
  ),
  "$map(",
  "$reduce(",
  "$pad('a',1e6)",
  "$range(1,1e9,1)",
  "$partition(",
  "$parse(",
  "$hash(",
  "$random(",
  "$uuid()",
  "$eval('1')",
  "$toMillis('x')",
  "$fromMillis(1e300)",
  "$formatNumber(1,'#,##0.00')",
  "$formatInteger(1e300,'w')",
];
export const jsonata = (dice: Dice) => {
  const inner = bent(
    dice,
    [
      "$sum($states.input.list.n)",
      "$states.input.list[n > 1]^(>n).{ 'a': s & '!' }",
      "( $f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(20) )",
      "( $f := function($n) { $f($n + 1) }; $f(1) )",
      "( $f := function($n) { $n = 0 ? 0 : $f($n - 1) }; $f(1000000) )",
      "$match($states.input.s, /(a+)+$/)",
      "$replace($states.input.s, /(a|a)*b/, 'x')",
      "[1..9999999]",
      "$map([1..3000], function($a) { $map([1..3000], function($b) { $a * $b }) })",
      "$reduce([1..20], function($a, $b) { $a & $a }, 'xxxxxxxxxx')",
      "$fromMillis(0, '[Y0001]-[M01]-[D01] [h#1][P]')",
      "$toMillis('1999', '[Y]-[M]')",
      "$states.context.Execution.Id",
      "$lookup($states.input, '__proto__')",
      "$merge([{'__proto__': {'x': 1}}, {'constructor': 2}])",
      "$states.input.constructor.constructor('return process')()",
      `${"(".repeat(3000)}1${")".repeat(3000)}`,
      `1${" + 1".repeat(3000)}`,
    ],
    JSONATA,
  );
  return dice.chance(0.95) ? `{% ${inner} %}` : inner;
};

export const schedule = (dice: Dice) =>
  bent(
    dice,
    [
      "rate(1 minute)",
      "rate(5 minutes)",
      "cron(0 12 * * ? *)",
      "cron(15 10 ? * 6L 2022-2099)",
      "cron(0 0 31 2 ? *)",
      "cron(*/7 1-23/2 L * ? *)",
      "cron(0 8 1W * ? *)",
      "cron(0 0 ? * MON#5 *)",
      "at(2030-01-01T00:00:00)",
      "cron(0 0 29 2 ? 2199)",
      "rate(99999999999999999999 days)",
      "cron(0 0 LW * ? *)",
    ],
    [
      "cron(",
      "rate(",
      "at(",
      ")",
      " ",
      "*",
      "?",
      "/",
      "-",
      ",",
      "L",
      "W",
      "#",
      "0",
      "1",
      "99",
      "MON",
      "JAN",
      "2199",
      "days",
    ],
    "",
  );

const STATE = {
  Choice: {
    Type: "Choice",
    Choices: [
      {
        And: [{ Variable: "$.a", NumericLessThan: 1 }, { Not: { Variable: "$.b", IsPresent: true } }],
        Next: "End",
      },
    ],
    Default: "End",
  },
  Task: {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Parameters: { "QueueUrl.$": "$.q", MessageBody: { "token.$": "$$.Task.Token" } },
    ResultSelector: { "a.$": "$.a" },
    ResultPath: "$.r",
    TimeoutSeconds: 5,
    HeartbeatSeconds: 2,
    Retry: [
      {
        ErrorEquals: ["States.ALL"],
        IntervalSeconds: 1,
        MaxAttempts: 2,
        BackoffRate: 2,
        JitterStrategy: "FULL",
      },
    ],
    Catch: [{ ErrorEquals: ["States.Timeout"], Next: "End", ResultPath: "$.e" }],
    Next: "End",
  },
  Map: {
    Type: "Map",
    ItemsPath: "$.list",
    MaxConcurrency: 2,
    ItemSelector: { "v.$": "$$.Map.Item.Value" },
    ItemProcessor: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
    Next: "End",
  },
  Parallel: {
    Type: "Parallel",
    Branches: [{ StartAt: "P2", States: { P2: { Type: "Pass", Result: 1, End: true } } }],
    Next: "End",
  },
  Wait: { Type: "Wait", TimestampPath: "$.t", Next: "End" },
  Pass: {
    Type: "Pass",
    Parameters: { "a.$": "States.Format('{}', $.a)" },
    OutputPath: "$.a",
    Assign: { x: 1 },
    Next: "End",
  },
  Fail: { Type: "Fail", ErrorPath: "$.a", CausePath: "States.Format('{}', $.b)" },
};
const JSONATA_STATE = {
  Pass: {
    Type: "Pass",
    QueryLanguage: "JSONata",
    Output: "{% $states.input %}",
    Assign: { x: "{% 1 %}" },
    Next: "End",
  },
  Choice: {
    Type: "Choice",
    QueryLanguage: "JSONata",
    Choices: [{ Condition: "{% true %}", Next: "End" }],
    Default: "End",
  },
  Task: {
    Type: "Task",
    QueryLanguage: "JSONata",
    Resource: "arn:aws:states:::dynamodb:getItem",
    Arguments: { TableName: "things", Key: { id: { S: "{% $states.input.a %}" } } },
    Output: { r: "{% $states.result %}" },
    Next: "End",
  },
};

/** A definition in the Amazon States Language; its texts are bent too. */
export function definition(dice: Dice): unknown {
  const first = dice.pick([...Object.values(STATE), ...Object.values(JSONATA_STATE)]);
  const sound = { StartAt: "First", States: { First: first, End: { Type: "Succeed" } } };
  return mutated(dice, sound, dice.pick([0.01, 0.04, 0.1]));
}

/** One state for TestState, which evaluates what it says. */
export function state(dice: Dice): unknown {
  const next = { Type: "Pass", End: true };
  return dice.pick<() => unknown>([
    () => ({ ...next, QueryLanguage: "JSONata", Output: jsonata(dice) }),
    () => ({
      ...next,
      QueryLanguage: "JSONata",
      Output: { a: [jsonata(dice)] },
      Assign: { x: jsonata(dice) },
    }),
    () => ({ ...next, Parameters: { "a.$": dice.chance(0.5) ? jsonPath(dice) : intrinsic(dice) } }),
    () => ({ ...next, InputPath: jsonPath(dice), OutputPath: jsonPath(dice), ResultPath: jsonPath(dice) }),
    () => mutated(dice, { ...dice.pick(Object.values(STATE)) }),
    () => ({
      Type: "Choice",
      Choices: [
        {
          Variable: jsonPath(dice),
          [dice.pick(["StringMatches", "StringEqualsPath", "TimestampLessThan", "NumericEquals", "IsNull"])]:
            dice.pick<unknown>([
              "a*a*a*a*a*a*a*a*a*a*b",
              "\\*",
              "*".repeat(500),
              jsonPath(dice),
              "2026-01-01T00:00:00Z",
              1,
              true,
            ]),
          Next: "x",
        },
      ],
    }),
  ])();
}

export const stateInput = (dice: Dice) =>
  dice.chance(0.9)
    ? {
        a: "x",
        b: { c: 1 },
        s: "a".repeat(60),
        list: [
          { n: 1, s: "x" },
          { n: 2, s: "y" },
        ],
        t: "2026-01-01T00:00:00Z",
      }
    : value(dice);

export const transformer = (dice: Dice) =>
  bent(
    dice,
    [
      '"<a> is <b>"',
      '{"a": <a>, "b": "<b>"}',
      "<aws.events.event.json>",
      '{"x": <aws.events.rule-arn>}',
      "<a>",
      "[<a>,<b>]",
    ],
    ["<a>", "<b>", "<", ">", "{", "}", '"', ":", "\\", ",", "<aws.events.event>", "x"],
    "",
  );

export const filterPattern = (dice: Dice) =>
  bent(
    dice,
    [
      '{ $.a = "x" && ($.b > 1 || $.c IS NULL) }',
      "[a, b = 1*, ...]",
      "ERROR -debug ?warn",
      "%a(b+)+c%",
      '"a b"',
    ],
    [
      "{",
      "}",
      "$.a",
      "=",
      "!=",
      '"x*"',
      "&&",
      "||",
      "(",
      ")",
      "[",
      "]",
      ",",
      "...",
      "%",
      "(a+)+$",
      "-x",
      "?y",
      "IS",
      "NULL",
    ],
  );
