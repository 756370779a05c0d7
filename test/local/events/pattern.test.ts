import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compilePattern,
  compilePatterns,
  PatternError,
  parseJson,
  parsePattern,
  RuleIndex,
} from "../../../local/events/pattern/index.ts";

const matches = (pattern: object | string, event: object | string) =>
  compilePattern(pattern)(typeof event === "string" ? parseJson(event) : event);

const field = (...tests: unknown[]) => ({ f: tests });

test.each([
  ["an exact text", ["a", "b"], ["a", "b"], ["c", "A", 1, null]],
  ["a number by value", [300], [300, 3e2], ["300", 301]],
  ["null and booleans", [null, true], [null, true], [false, "null", "true", 0]],
  ["prefix", [{ prefix: "ab" }], ["ab", "abc"], ["a", "xab", 5]],
  ["an empty prefix", [{ prefix: "" }], ["", "x"], [5, null]],
  ["suffix", [{ suffix: ".png" }], ["a.png", ".png"], ["png", ".PNG"]],
  ["equals-ignore-case", [{ "equals-ignore-case": "StraßE" }], ["straße", "STRASSE"], ["stras", "strasse"]],
  ["prefix ignoring case", [{ prefix: { "equals-ignore-case": "aB" } }], ["AB", "abc"], ["bab"]],
  ["suffix ignoring case", [{ suffix: { "equals-ignore-case": ".Ab" } }], ["x.aB"], ["x.abc", "xab"]],
  ["characters that mean something in expressions", [{ "equals-ignore-case": "a.(b" }], ["A.(B"], ["ax(b"]],
  ["wildcard", [{ wildcard: "a*b*c" }], ["abc", "aXbbYc", "abbc"], ["ab", "acb", "abcd"]],
  ["wildcard pieces do not overlap", [{ wildcard: "ab*ba" }], ["abba", "ab-ba"], ["aba"]],
  ["an escaped star", [{ wildcard: "a\\*\\\\*" }], ["a*\\", "a*\\x"], ["ab\\"]],
  ["anything-but a text", [{ "anything-but": "a" }], ["b", 1, null, true], ["a"]],
  ["anything-but numbers", [{ "anything-but": [1, 2] }], [3, "1", null], [1, 2.0]],
  ["anything-but prefixes", [{ "anything-but": { prefix: ["a", "b"] } }], ["c", 7], ["ax", "b"]],
  ["anything-but suffix", [{ "anything-but": { suffix: "z" } }], ["za"], ["az"]],
  [
    "anything-but ignoring case",
    [{ "anything-but": { "equals-ignore-case": ["Ab"] } }],
    ["abc"],
    ["aB", "AB"],
  ],
  ["anything-but wildcard", [{ "anything-but": { wildcard: "*x*" } }], ["abc"], ["axb", "x"]],
  ["a numeric range", [{ numeric: [">", 0, "<=", 5] }], [0.1, 5], [0, 5.1, "3"]],
  ["numeric equality", [{ numeric: ["=", 3.018e2] }], [301.8], [301]],
  [
    "a block of addresses",
    [{ cidr: "10.0.0.0/24" }],
    ["10.0.0.0", "10.0.0.255"],
    ["10.0.1.0", "::1", "x", 10],
  ],
  ["an IPv6 block", [{ cidr: "2001:db8::/32" }], ["2001:db8::1", "2001:0DB8:1::"], ["2001:db9::", "1.2.3.4"]],
  ["an address in any spelling", ["::1"], ["::1", "0:0:0:0:0:0:0:1"], ["::2", "0:0:1"]],
  ["exists", [{ exists: true }], ["", null, false, 0], []],
  ["one of several tests", [{ prefix: "a" }, { exists: false }, 7], ["ab", 7], ["b", 8]],
])("%s", (_, tests, passing, failing) => {
  const compiled = compilePattern(field(...tests));
  expect(passing.filter((value) => !compiled({ f: value }))).toEqual([]);
  expect(failing.filter((value) => compiled({ f: value }))).toEqual([]);
});

test("numbers that a double cannot represent are equal only digit by digit", () => {
  expect(matches('{"id": [12345678901234567891]}', '{"id": 12345678901234567891}')).toBe(true);
  expect(matches('{"id": [12345678901234567891]}', '{"id": 12345678901234567892}')).toBe(false);
  expect(JSON.stringify(parseJson('{"id":12345678901234567891,"e":1.50e1}'))).toBe(
    '{"id":12345678901234567891,"e":15}',
  );
});

test.each([
  "-12345678901234567891",
  "[1,-12345678901234567891]",
  '{"a": 12345678901234567891 }',
  '{"a":\t1e400}',
])("such a number is found anywhere: %s", (text) => {
  expect(JSON.stringify(parseJson(text))).toBe(text.replace(/\s/g, ""));
});

test("several patterns together match what any of them matches", () => {
  const matches = compilePatterns([{ a: [1] }, { b: { c: [{ exists: false }] }, a: [2] }]);
  expect([{ a: 1 }, { a: 2 }, { a: 2, b: { c: 1 } }, { a: 3 }].map(matches)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(compilePatterns([])({ a: 1 })).toBe(false);
});

test("a field is absent where its leaf is: an empty list or an object has none", () => {
  const absent = { d: { a: [{ exists: false }] } };
  expect(matches(absent, { d: {} })).toBe(true);
  expect(matches(absent, { d: { a: [] } })).toBe(true);
  expect(matches(absent, { d: { a: { b: 1 } } })).toBe(true);
  expect(matches(absent, { d: { a: null } })).toBe(false);
});

test("an array matches by any of its values, its objects only by one of them as a whole", () => {
  const sameItem = { items: { color: ["red"], size: ["xl"] } };
  expect(matches({ tags: ["b"] }, { tags: ["a", ["b"]] })).toBe(true);
  expect(matches(sameItem, { items: [{ color: "red" }, { size: "xl" }] })).toBe(false);
  expect(
    matches(sameItem, {
      items: [
        { color: "red", size: "s" },
        { color: "red", size: "xl" },
      ],
    }),
  ).toBe(true);
  expect(matches({ a: ["1"], b: ["2"] }, { a: ["1"], b: ["3", "2"] })).toBe(true);
});

test("absence of a field is checked in the array element that earlier fields, by name, have chosen", () => {
  const noWarning = { items: { id: ["1"], warning: [{ exists: false }] } };
  expect(matches(noWarning, { items: [{ warning: 1 }, { id: "1" }] })).toBe(true);
  expect(matches(noWarning, { items: [{ warning: 1, id: "1" }] })).toBe(false);
  const noAlarm = { items: { id: ["1"], alarm: [{ exists: false }] } };
  expect(matches(noAlarm, { items: [{ alarm: 1 }, { id: "1" }] })).toBe(false);
});

test("$or joins its objects with its neighbours", () => {
  const pattern = { a: ["1"], $or: [{ b: ["2"] }, { c: { d: ["3"], $or: [{ e: ["4"] }, { f: ["5"] }] } }] };
  expect(matches(pattern, { a: "1", b: "2" })).toBe(true);
  expect(matches(pattern, { a: "1", c: { d: "3", f: "5" } })).toBe(true);
  expect(matches(pattern, { a: "1", c: { d: "3" } })).toBe(false);
  expect(matches(pattern, { b: "2" })).toBe(false);
});

test("$or is a field's name where it does not join objects", () => {
  const event = { $or: "abc", a: 1 };
  expect(matches({ $or: ["abc"] }, event)).toBe(true);
  expect(matches({ $or: [{ prefix: "a" }, { prefix: "b" }] }, event)).toBe(true);
  expect(matches({ a: [1], $or: [{ suffix: "a" }, { "anything-but": "abc" }] }, event)).toBe(false);
  expect(matches({ $or: { a: [1] } }, { $or: { a: 1 } })).toBe(true);
});

test("a dotted name is a path", () => {
  expect(matches({ "a.b": ["1"] }, { a: { b: "1" } })).toBe(true);
  expect(matches({ a: { b: ["1"] } }, { "a.b": "1" })).toBe(true);
});

test.each([
  ["[]", "Filter is not an object"],
  ["{}", "Empty objects are not allowed"],
  ['{"a": "b"}', '"a" must be an object or an array'],
  ['{"a": []}', "Empty arrays are not allowed"],
  ['{"a": [[1]]}', "Match value must be String, number, true, false, or null"],
  ['{"a": [{"like": "x"}]}', "Unrecognized match type like"],
  ['{"a": [{"__proto__": "x"}]}', "Unrecognized match type __proto__"],
  ['{"a": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top"],
  ['{"a": [{"numeric": [">", 1e999]}]}', "Cannot compare number : 1e999"],
  ['{"a": [{"numeric": [">", 1, ">", 2]}]}', "Bad numeric range operator: >"],
  ['{"a": [{"cidr": "10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"],
  ['{"a": [{"wildcard": "a**"}]}', "Consecutive wildcard characters at pos 2"],
  ['{"a": [{"wildcard": "ü\\\\n"}]}', "Invalid escape character at pos 3"],
  ['{"a": [{"anything-but": {"exists": true}}]}', "Unsupported anything-but pattern: exists"],
  ['{"a": [{"anything-but": [1, "x"]}]}', /mixed type is not supported/],
  ['{"a": [{"anything-but": {"prefix": []}}]}', "Empty arrays are not allowed"],
  ['{"$or": [{"a": [1]}]}', "There must have at least 2 Objects in $or relationship."],
  ['{"$or": [{"a": [1]}, {"prefix": ["x"]}]}', /reserved fieldName/],
  ['{"a": [{"wildcard": "*:*:*:*:*:x"}]}', /too complex/],
  ["{not json", "was expecting double-quote to start field name"],
])("%s is refused", (pattern, reason) => {
  expect(() => compilePattern(pattern)).toThrow(reason);
});

test("many unrelated arrays do not multiply", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const list = Array.from({ length: 60 }, () => ({ x: 1 }));
  const pattern = Object.fromEntries([...names.map((name) => [name, { x: [1] }]), ["z", { x: ["missing"] }]]);
  const absent = { ...pattern, z: { x: [2], y: [{ exists: true }] } };
  const event = { ...Object.fromEntries(names.map((name) => [name, list])), z: [{ x: 2 }, { y: 1 }] };
  expect(matches(pattern, event)).toBe(false);
  expect(matches(absent, event)).toBe(false);
});

test("the index answers like the patterns one by one", () => {
  const value = fc.oneof(fc.constantFrom("x", "y", "xy"), fc.integer({ min: 0, max: 3 }), fc.constant(null));
  const check = fc.oneof(
    value,
    fc.constantFrom(
      { prefix: "x" },
      { exists: true },
      { exists: false },
      { "anything-but": "x" },
      { numeric: [">", 1] },
    ),
  );
  const tests = fc.array(check, { minLength: 1, maxLength: 3 });
  const fields = fc.dictionary(fc.constantFrom("a", "b", "c"), tests, { minKeys: 1 });
  const pattern = fc.oneof(
    fields,
    fields.map((inner) => ({ l: inner })),
    fc.tuple(fields, fields).map(([one, other]) => ({ $or: [one, other] })),
  );
  const leaf = fc.dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(value, fc.array(value, { maxLength: 3 })),
  );
  const event = fc.tuple(leaf, fc.array(leaf, { maxLength: 3 })).map(([top, l]) => ({ ...top, l }));
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 12 }),
      fc.array(event),
      fc.nat(11),
      (patterns, events, removed) => {
        const index = new RuleIndex<number>();
        patterns.forEach((one, at) => {
          index.add(at, parsePattern(one));
        });
        index.remove(removed);
        const compiled = patterns.map((one) => compilePattern(one));
        for (const one of events) {
          const expected = compiled.flatMap((is, at) => (at !== removed && is(one) ? [at] : []));
          expect(index.match(one)).toEqual(expected);
        }
      },
    ),
  );
});

test("any pattern is either parsed or refused with a reason", () => {
  const word = fc.constantFrom(
    "prefix",
    "wildcard",
    "anything-but",
    "numeric",
    "cidr",
    "$or",
    "exists",
    ">",
    "a",
    "",
  );
  const { pattern } = fc.letrec((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 5 },
      word,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true, "10.0.0.0/8", "*\\", "a*b*", "::1/64"),
      fc.array(tie("pattern"), { maxLength: 4 }),
      fc.dictionary(word, tie("pattern"), { maxKeys: 3 }),
    ),
  }));
  const reasons: unknown[] = [];
  fc.assert(
    fc.property(
      fc.oneof(
        pattern.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      fc.jsonValue(),
      (text, event) => {
        try {
          expect(typeof compilePattern(text)(event)).toBe("boolean");
        } catch (error) {
          reasons.push(error);
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(reasons.filter((reason) => !(reason instanceof PatternError && reason.message !== ""))).toEqual([]);
});
