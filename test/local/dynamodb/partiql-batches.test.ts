import { beforeEach, describe, expect, test } from "vitest";
import { authorizer } from "../../../local/iam/authorizer.ts";
import { Identities } from "../../../local/iam/identities.ts";
import { Limits } from "../../../local/limits/limits.ts";
import { refusal } from "./harness.ts";
import { type Statements, statements } from "./partiql.ts";

let local: Statements;
beforeEach(async () => {
  local = await statements();
  for (const pk of ["a", "b"]) await local.put("str", { pk: { S: pk }, n: { N: "1" } });
  await local.put("com", { pk: { S: "a" }, sk: { S: "1" }, flag: { S: "one" } });
});

const stored = (pk: string) => local.stored("str", { pk: { S: pk } });
const error = (Code: string, Message: string) => ({ Error: { Code, Message }, TableName: "str" });
const FAILED = "The conditional request failed";

describe("a batch", () => {
  test("of reads answers each with its item", async () => {
    expect(
      await local.batch(
        "SELECT * FROM str WHERE pk = 'a'",
        { Statement: 'SELECT n FROM "str" WHERE pk = ?', Parameters: [{ S: "b" }], ConsistentRead: true },
        "SELECT * FROM str WHERE pk = 'none'",
        "SELECT flag FROM com WHERE pk IN ['a'] AND sk = '1'",
      ),
    ).toEqual([
      { TableName: "str", Item: { pk: { S: "a" }, n: { N: "1" } } },
      { TableName: "str", Item: { n: { N: "1" } } },
      { TableName: "str" },
      { TableName: "com", Item: { flag: { S: "one" } } },
    ]);
  });

  test("of writes answers each separately, in order", async () => {
    const failing = "UPDATE str SET n = 9 WHERE pk = 'a' AND n = 5";
    const answers = await local.batch(
      "INSERT INTO str VALUE {'pk': 'new'}",
      "INSERT INTO str VALUE {'pk': 'a'}",
      failing,
      { Statement: failing, ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
      "UPDATE str SET n = 1 WHERE pk = 'absent'",
      "SLECT",
      "UPDATE nowhere SET n = 1 WHERE pk = 'a'",
      "UPDATE str SET n = 1 WHERE n = 1",
      { Statement: "UPDATE str SET n = ? WHERE pk = 'a'", Parameters: [{ N: "x" }] },
      "UPDATE str SET n = 2 WHERE pk = 'b' AND n = 1 RETURNING ALL NEW *",
      "UPDATE str REMOVE n WHERE pk = 'b' RETURNING MODIFIED NEW *",
      "DELETE FROM str WHERE pk = 'b' RETURNING ALL OLD *",
      "DELETE FROM str WHERE pk = 'b' RETURNING MODIFIED OLD *",
    );
    expect(answers).toEqual([
      { TableName: "str" },
      error("DuplicateItem", "Duplicate primary key exists in table"),
      error("ConditionalCheckFailed", FAILED),
      {
        TableName: "str",
        Error: { Code: "ConditionalCheckFailed", Message: FAILED, Item: { pk: { S: "a" }, n: { N: "1" } } },
      },
      error("ConditionalCheckFailed", FAILED),
      {
        Error: {
          Code: "ValidationError",
          Message: "Statement wasn't well formed, can't be processed: Expected data manipulation",
        },
      },
      { Error: { Code: "ResourceNotFound", Message: "Requested resource not found" } },
      error("ValidationError", "Where clause does not contain a mandatory equality on all key attributes"),
      {
        Error: {
          Code: "ValidationError",
          Message: "The parameter cannot be converted to a numeric value: x",
        },
      },
      { TableName: "str", Item: { pk: { S: "b" }, n: { N: "2" } } },
      { TableName: "str" },
      { TableName: "str", Item: { pk: { S: "b" } } },
      error(
        "ValidationError",
        "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements.",
      ),
    ]);
    expect(await stored("new")).toEqual({ pk: { S: "new" } });
    expect(await stored("b")).toBeUndefined();
  });

  test("reads only by whole keys", async () => {
    const refused =
      "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";
    const answers = await local.batch(
      "SELECT * FROM com",
      "SELECT * FROM com WHERE pk = 'a'",
      "SELECT * FROM com WHERE pk = 'a' AND sk = '1' AND flag = 'one'",
      "SELECT * FROM com WHERE pk = 'a' AND sk = '1' AND pk = 'b'",
      "SELECT * FROM com WHERE pk = 'a' AND attribute_exists(flag)",
      'SELECT * FROM "com"."by-status" WHERE status = \'x\'',
    );
    expect(answers).toEqual(
      Array(6).fill({ Error: { Code: "ValidationError", Message: refused }, TableName: "com" }),
    );
  });

  test("does not mix reads and writes, and has between 1 and 25 statements", async () => {
    const mixed = local.batch("SELECT * FROM str WHERE pk = 'a'", "DELETE FROM str WHERE pk = 'a'");
    expect(await refusal(mixed)).toBe(
      "ValidationException: BatchExecuteStatement API does not support both read and write operations in the same request.",
    );
    expect(await stored("a")).toBeDefined();
    const select = "SELECT * FROM str WHERE pk = 'a'";
    expect(await local.batch(...Array(25).fill(select))).toHaveLength(25);
    expect(await refusal(local.batch(...Array(26).fill(select)))).toContain(
      "Member must have length less than or equal to 25",
    );
    expect(await refusal(local.batch())).toContain("Member must have length greater than or equal to 1");
  });

  test("has no EXISTS", async () => {
    const [answer] = await local.batch("EXISTS(SELECT * FROM str WHERE pk = 'a' AND n = 1)");
    expect(answer.Error.Message).toBe("EXISTS can only be used in ExecuteTransaction write requests.");
  });

  test("costs the sum of its statements, table by table", async () => {
    const { ConsumedCapacity } = await local.call("BatchExecuteStatement", {
      ReturnConsumedCapacity: "TOTAL",
      Statements: [
        { Statement: "INSERT INTO str VALUE {'pk': 'c'}" },
        { Statement: "INSERT INTO str VALUE {'pk': 'c'}" },
        { Statement: "UPDATE str SET n = 2 WHERE pk = 'a'" },
        { Statement: "UPDATE com SET n = 2 WHERE pk = 'a' AND sk = '1'" },
      ],
    });
    expect(ConsumedCapacity).toEqual([
      { TableName: "str", CapacityUnits: 2 },
      { TableName: "com", CapacityUnits: 1 },
    ]);
  });

  test("is throttled statement by statement", async () => {
    local.kernel.limits = new Limits({ partitionWrites: { perSecond: 1, burst: 1 } }, local.clock);
    const answers = await local.batch(
      "UPDATE str SET n = 2 WHERE pk = 'a'",
      "UPDATE str SET n = 3 WHERE pk = 'a'",
      "UPDATE str SET n = 2 WHERE pk = 'b'",
    );
    expect(answers.map(({ Error: refused }) => refused?.Code)).toEqual([
      undefined,
      "ThrottlingError",
      undefined,
    ]);
    expect(await stored("a")).toMatchObject({ n: { N: "2" } });
  });
});

describe("permissions", () => {
  const ROLE = "arn:aws:iam::000000000000:role/worker";
  const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/str";
  const as = (...statements: any[]) => {
    const identities = new Identities(local.kernel);
    identities.putRole("worker", ROLE);
    identities.putPolicy("policy", ["worker"], [{ Statement: statements }]);
    local.kernel.authorizer = authorizer(local.kernel, identities, () => true);
    const call = (operation: string, input: object) =>
      local.kernel.call("dynamodb", operation, input, { caller: ROLE });
    return {
      call,
      run: (Statement: string, Parameters?: object[]) =>
        call("ExecuteStatement", { Statement, ...(Parameters && { Parameters }) }).then(
          () => "done",
          (error: Error) => error.name,
        ),
    };
  };
  const may = (Action: string | string[], Condition?: object, Resource: string | string[] = "*") => ({
    Effect: "Allow",
    Action,
    Resource,
    Condition,
  });
  const DENIED = "AccessDeniedException";

  test("each kind of statement has an action of its own, on the table or the index", async () => {
    const select = as(may("dynamodb:PartiQLSelect", undefined, TABLE));
    expect(await select.run("SELECT * FROM str WHERE pk = 'a'")).toBe("done");
    expect(await select.run("SELECT * FROM com WHERE pk = 'a'")).toBe(DENIED);
    expect(await select.run('SELECT * FROM "str"."any" WHERE pk = \'a\'')).toBe(DENIED);
    const statements = {
      Insert: "INSERT INTO str VALUE {'pk': 'c'}",
      Update: "UPDATE str SET n = 1 WHERE pk = 'a'",
      Delete: "DELETE FROM str WHERE pk = 'a'",
    };
    for (const [kind, statement] of Object.entries(statements)) {
      expect(await as(may(["dynamodb:*Item", "dynamodb:PartiQLSelect"])).run(statement)).toBe(DENIED);
      expect(await as(may(`dynamodb:PartiQL${kind}`, undefined, TABLE)).run(statement)).toBe("done");
    }
  });

  test("leading keys are those of the statement", async () => {
    const { run } = as(
      may("dynamodb:PartiQL*", { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "own#*" } }),
    );
    const all = (pk: string) => [
      run(`INSERT INTO str VALUE {'pk': '${pk}'}`),
      run("INSERT INTO str VALUE {'pk': ?}", [{ S: `${pk}x` }]),
      run(`UPDATE str SET n = 1 WHERE pk = '${pk}'`),
      run(`DELETE FROM str WHERE n IS MISSING AND pk = '${pk}x'`),
      run(`SELECT * FROM str WHERE pk = '${pk}'`),
      run("SELECT * FROM str WHERE pk IN ['own#1', ?]", [{ S: pk }]),
      run("SELECT * FROM str WHERE ? = pk AND size(n) > 1", [{ S: pk }]),
      run(`SELECT * FROM str WHERE pk = 'own#1' OR pk = '${pk}'`),
      run(`SELECT * FROM str WHERE (pk = 'own#1' OR pk = '${pk}') AND n = 1`),
      run(`SELECT * FROM com WHERE pk = '${pk}' AND sk <> pk`),
      run(`SELECT * FROM "com"."by-status" WHERE status = '${pk}'`),
    ];
    expect(new Set(await Promise.all(all("own#2")))).toEqual(new Set(["done"]));
    expect(new Set(await Promise.all(all("other")))).toEqual(new Set([DENIED]));
    expect(await run("SELECT * FROM str")).toBe("done");
  });

  test("a full scan is recognised", async () => {
    const { run } = as(may("dynamodb:PartiQLSelect"), {
      Effect: "Deny",
      Action: "dynamodb:PartiQLSelect",
      Resource: "*",
      Condition: { Bool: { "dynamodb:FullTableScan": "true" } },
    });
    expect(await run("SELECT * FROM com WHERE pk = 'a'")).toBe("done");
    expect(await run("SELECT * FROM com WHERE pk IN ['a', 'b'] AND flag = 'x'")).toBe("done");
    expect(await run("SELECT * FROM com WHERE pk = 'a' OR flag = 'x'")).toBe(DENIED);
    expect(await run("SELECT * FROM com WHERE sk = '1'")).toBe(DENIED);
  });

  test("attributes are those that the statement names; what it returns has a value", async () => {
    const { run } = as(
      may("dynamodb:PartiQL*", {
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "n"] },
        StringEqualsIfExists: {
          "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
          "dynamodb:ReturnValues": ["NONE", "UPDATED_NEW"],
        },
      }),
    );
    expect(await run("SELECT n FROM str WHERE pk = 'a'")).toBe("done");
    expect(await run("SELECT * FROM str WHERE pk = 'a'")).toBe(DENIED);
    expect(await run("SELECT n.deep, x FROM str WHERE pk = 'a'")).toBe(DENIED);
    expect(await run("SELECT n FROM str WHERE pk = 'a' AND size(x.y) > 1")).toBe(DENIED);
    expect(await run("UPDATE str SET n = n + 1 WHERE pk = 'a' RETURNING MODIFIED NEW *")).toBe("done");
    expect(await run("UPDATE str SET n = n + 1 WHERE pk = 'a' RETURNING ALL OLD *")).toBe(DENIED);
    expect(await run("UPDATE str SET n = x WHERE pk = 'a'")).toBe(DENIED);
    expect(await run("UPDATE str REMOVE x WHERE pk = 'a'")).toBe(DENIED);
    expect(await run("DELETE FROM str WHERE pk = 'a' AND x IS MISSING")).toBe(DENIED);
    expect(await run("INSERT INTO str VALUE {'pk': 'c', 'x': 1}")).toBe(DENIED);
  });

  test("in a batch an unauthorized statement is refused alone", async () => {
    const { call } = as(
      may("dynamodb:PartiQLUpdate", { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "a" } }),
    );
    const { Responses } = await call("BatchExecuteStatement", {
      Statements: ["a", "b"].map((pk) => ({ Statement: `UPDATE str SET n = 2 WHERE pk = '${pk}'` })),
    });
    expect(Responses[0]).toEqual({ TableName: "str" });
    expect(Responses[1].Error.Code).toBe("AccessDenied");
    expect(Responses[1].Error.Message).toContain("is not authorized to perform: dynamodb:PartiQLUpdate");
    expect(await stored("b")).toMatchObject({ n: { N: "1" } });
  });

  test("in a transaction each statement is authorized with its enclosing operation", async () => {
    const { call, run } = as(
      may("dynamodb:PartiQL*", {
        StringEquals: { "dynamodb:EnclosingOperation": "ExecuteTransaction" },
        "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["a", "b"] },
      }),
    );
    const transact = (...pks: string[]) =>
      call("ExecuteTransaction", {
        TransactStatements: pks.map((pk) => ({ Statement: `UPDATE str SET n = 2 WHERE pk = '${pk}'` })),
      });
    await transact("a", "b");
    await expect(transact("a", "c")).rejects.toThrow("dynamodb:PartiQLUpdate");
    expect(await run("UPDATE str SET n = 2 WHERE pk = 'a'")).toBe(DENIED);
    const exists = call("ExecuteTransaction", {
      TransactStatements: [{ Statement: "EXISTS(SELECT * FROM str WHERE pk = 'x' AND n = 1)" }],
    });
    await expect(exists).rejects.toThrow("dynamodb:PartiQLSelect");
  });
});
