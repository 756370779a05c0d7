import { expect, test } from "vitest";
import type { ControlItem, SettingsItem } from "../../../lib/contract/table.ts";
import { issued, TIME } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const set = (value: number) =>
  ({
    settings: {
      revision: 3,
      values: { "perKey.starts": { value, by: "ada", why: "slow API", at: TIME } },
    },
  }) as unknown as ControlItem;
const PATH = "/api/settings/workflow/make-film";

test("settings are listed with value, default, range, and who set them", async () => {
  const { get } = testApi({ views: { controls: async () => [set(5)] } });
  expect((await get(PATH)).json).toEqual({
    revision: 3,
    settings: [
      {
        name: "perKey.starts",
        about: "Maximum number of starts",
        affects: "now",
        value: 5,
        default: 10,
        type: "number",
        least: 1,
        most: 100,
        whole: true,
        set: { value: 5, by: "ada", why: "slow API", at: TIME },
      },
    ],
  });
});

test("a value outside of the deployed range is shown together with the bound that applies", async () => {
  const { get } = testApi({ views: { controls: async () => [set(500)] } });
  expect((await get(PATH)).json.settings[0]).toMatchObject({
    value: 100,
    restricted: true,
    set: { value: 500 },
  });
});

test("without a change, the definition's values apply", async () => {
  const { json } = await testApi().get(PATH);
  expect(json.revision).toBe(0);
  expect(json.settings[0]).toMatchObject({ value: 10, default: 10 });
  expect(json.settings[0]).not.toHaveProperty("set");
});

test("the history has who, when, why and the values before and after", async () => {
  const item = {
    settings: 2,
    by: "ada",
    why: "as before",
    at: TIME,
    restored: 0,
    changes: { "perKey.starts": { from: 5 } },
  } as unknown as SettingsItem;
  const { get } = testApi({ views: { settings: async () => [item] } });
  expect((await get(`${PATH}/history`)).json.items).toEqual([
    {
      revision: 2,
      by: "ada",
      why: "as before",
      at: TIME,
      restored: 0,
      changes: [{ name: "perKey.starts", from: 5 }],
    },
  ]);
});

test.each(["workflow/none", "reaction/make-film", "breaker/none", "workflow/constructor", "limit/__proto__"])(
  "%s is not known",
  async (place) => {
    const { get, post } = testApi();
    expect((await get(`/api/settings/${place}`)).status).toBe(404);
    expect((await post(`/api/settings/${place}`, { values: { x: 1 }, why: "w" })).status).toBe(404);
  },
);

test.each([
  { why: "w" },
  { why: "w", values: {} },
  { why: "w", values: { x: [1] } },
  { values: { x: 1 } },
  { why: "w", values: { x: 1 }, revision: -1 },
])("%j is not valid", async (body) => {
  const { orders, post } = testApi();
  expect((await post(PATH, body)).status).toBe(400);
  expect(orders).toEqual([]);
});

test.each(["viewer", "decider"])("a %s reads settings and changes none", async (role) => {
  const roles = { viewer: ["viewer"], decider: ["decider"], operator: ["operator"] };
  const { get, orders, post } = testApi({ signIn: { by: "issuer", roleClaim: "roles", roles } });
  const asking = issued({ roles: [role] });
  expect((await get(PATH, asking)).status).toBe(200);
  for (const [path, body] of [
    [PATH, { values: { "perKey.starts": 5 }, why: "w" }],
    [`${PATH}/restore`, { restore: 0, why: "w" }],
  ] as const)
    expect((await post(path, body, asking)).status).toBe(403);
  expect(orders).toEqual([]);
});
