import { expect, test } from "vitest";
import { variableReferences } from "../../../../local/states/operations/variable-references.ts";

const machine = (States: object, QueryLanguage?: string): any => ({
  StartAt: "A",
  States,
  ...(QueryLanguage && { QueryLanguage }),
});

test.each([
  [{ Type: "Pass", Parameters: { a: "$no", "b.$": "$yes.field" } }, ["yes"]],
  [{ Type: "Pass", InputPath: "$in", OutputPath: "$.field", ResultPath: "$.other" }, ["in"]],
  [{ Type: "Pass", Parameters: { "b.$": "$$.Execution.Name" } }, undefined],
  [{ Type: "Pass", Assign: { "b.$": "States.Format('{} costs $price', $b, $.c, $a[0])" } }, ["a", "b"]],
  [{ Type: "Choice", Choices: [{ Variable: "$guess", StringEqualsPath: "$answer" }] }, ["answer", "guess"]],
  [{ Type: "Fail", ErrorPath: "$error", Cause: "$5" }, ["error"]],
])("%j reads %j", (state, names) => {
  expect(variableReferences(machine({ A: state }))).toEqual(names === undefined ? {} : { A: names });
});

test.each([
  ["{% $a + $states.input.b %}", ["a"]],
  ["{% $sum([$b, $a, $b]) %}", ["a", "b"]],
  ["{% ($local := $a; $local) %}", ["a"]],
  ["{% $map($items, function($one) { $one * $factor }) %}", ["factor", "items"]],
  ["{% $states.input[price > $limit].name %}", ["limit"]],
  ["$a", undefined],
])("the expression %s reads %j", (Output, names) => {
  const found = variableReferences(machine({ A: { Type: "Pass", Output } }, "JSONata"));
  expect(found).toEqual(names === undefined ? {} : { A: names });
});

test("states inside of others read for themselves, in their own language", () => {
  const inside = { StartAt: "In", States: { In: { Type: "Pass", InputPath: "$deep", End: true } } };
  const jsonata = { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $b %}", End: true };
  const States = {
    Each: { Type: "Map", ItemsPath: "$list", ItemProcessor: inside },
    Both: { Type: "Parallel", Branches: [{ StartAt: "Other", States: { Other: jsonata } }] },
  };
  expect(variableReferences(machine(States))).toEqual({ Each: ["list"], In: ["deep"], Other: ["b"] });
});
