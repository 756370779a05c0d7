import { beforeEach, describe, expect, test } from "vitest";
import { control } from "../../../lambdas/runtime/control/control.ts";
import { controlKey, settingsKey } from "../../../lib/contract/keys/control.ts";
import type { ChangeSettings, Command } from "../../../lib/contract/messages/command.ts";
import type { ControlItem, SettingsItem } from "../../../lib/contract/table.ts";
import { completionHarness } from "../completion/completion-harness.ts";
import { controlHarness } from "../memory/memory-control.ts";

type Harness = Awaited<ReturnType<typeof open>>;

async function open() {
  const harness = await completionHarness();
  const setup = controlHarness(harness);
  let keys = 0;
  return {
    setup,
    harness,
    change: (change: Partial<ChangeSettings>, ports = setup.ports) =>
      control(
        {
          action: "set",
          target: { workflow: "w" },
          by: "ada",
          why: "slow API",
          key: `k${++keys}`,
          ...change,
        } as Command,
        ports,
      ),
    current: () => (harness.state.get(controlKey("workflow", "w")) as ControlItem | undefined)?.settings,
    revision: (number: number) =>
      harness.state.get(settingsKey("workflow", "w", number)) as SettingsItem | undefined,
  };
}

let harness: Harness;
beforeEach(async () => {
  harness = await open();
});

describe("a change", () => {
  test("is stored with who, when, why, and the values before and after", async () => {
    const outcome = await harness.change({ values: { "perKey.starts": 5 } });
    expect(outcome).toMatchObject({ done: true, revision: 1 });
    expect(outcome.says).toBe("Workflow w: perKey.starts is 5, was 10 (default). This is revision 1.");
    const at = new Date(harness.harness.clock.now).toISOString();
    const set = { by: "ada", why: "slow API", at };
    expect(harness.current()).toEqual({ revision: 1, values: { "perKey.starts": { value: 5, ...set } } });
    await harness.change({ values: { "perKey.starts": 7 }, by: "bob" });
    expect(harness.revision(2)).toMatchObject({
      by: "bob",
      why: "slow API",
      at,
      settings: 2,
      changes: { "perKey.starts": { from: 5, to: 7 } },
    });
  });

  test("of a workflow keeps its pause, and a pause keeps its settings", async () => {
    await harness.change({ values: { "perKey.starts": 5 } });
    await harness.change({ action: "pause" } as never);
    await harness.change({ values: { "perKey.starts": 6 } });
    const item = harness.harness.state.get(controlKey("workflow", "w")) as ControlItem;
    expect(item).toMatchObject({ paused: { by: "ada" }, settings: { revision: 2 } });
  });

  test("returns to the definition's value with null, and to an earlier revision with restore", async () => {
    await harness.change({ values: { "perKey.starts": 5, "perKey.per": "2 minutes" } });
    await harness.change({ values: { "perKey.starts": null } });
    expect(Object.keys(harness.current()!.values)).toEqual(["perKey.per"]);
    await harness.change({ restore: 1, why: "as before" });
    expect(harness.current()).toMatchObject({
      revision: 3,
      values: {
        "perKey.starts": { value: 5, why: "as before" },
        "perKey.per": { value: "2 minutes", why: "slow API" },
      },
    });
    expect(harness.revision(3)).toMatchObject({ restored: 1, changes: { "perKey.starts": { to: 5 } } });
    await harness.change({ restore: 0 });
    expect(harness.current()).toEqual({ revision: 4, values: {} });
  });

  test("delivered again after a crash or a later change, has no further effect", async () => {
    const { setup } = harness;
    await harness.change({ values: { "perKey.starts": 5 }, key: "once" });
    await harness.change({ values: { "perKey.starts": 6 } });
    expect(await harness.change({ values: { "perKey.starts": 5 }, key: "once" })).toMatchObject({
      revision: 1,
    });
    expect(harness.current()).toMatchObject({ revision: 2, values: { "perKey.starts": { value: 6 } } });
    // The command is part of the change's write: no crash can come between the two.
    const { commands } = setup.ports;
    const answers = [async () => undefined, commands.find];
    const find: typeof commands.find = (key) => answers.shift()!(key);
    const blind = { ...setup.ports, commands: { ...commands, find } };
    await harness.change({ values: { "perKey.starts": 5 }, key: "once" }, blind);
    expect(harness.current()).toMatchObject({ revision: 2, values: { "perKey.starts": { value: 6 } } });
    expect(harness.revision(3)).toBeUndefined();
  });

  test("of two changes that saw the same revision, the second is refused", async () => {
    expect(await harness.change({ values: { "perKey.starts": 5 }, revision: 0 })).toMatchObject({
      done: true,
    });
    const second = await harness.change({ values: { "perKey.starts": 6 }, revision: 0 });
    expect(second).toMatchObject({ done: false });
    expect(second.says).toContain("The settings are at revision 1, and the command is about revision 0");
    expect(harness.current()).toMatchObject({ revision: 1, values: { "perKey.starts": { value: 5 } } });
  });
});

describe("refused, with what is accepted:", () => {
  test.each<[object, string]>([
    [{ values: { "perKey.starts": 0 } }, "0 is not accepted; it must be a whole number from 1 to 100"],
    [{ values: { "perKey.starts": 2.5 } }, "2.5 is not accepted; it must be a whole number"],
    [{ values: { "perKey.starts": "5" } }, '"5" is not accepted'],
    [{ values: { "perKey.per": "2 days" } }, 'a duration from "1 second" to "1 day"'],
    [{ values: { "perKey.per": "soon" } }, "must be a duration"],
    [{ values: { "steps.draw.retry.attempts": 11 } }, "a whole number from 1 to 10"],
    [{ values: { "perKey.atOnce": 5 } }, 'There is no setting "perKey.atOnce". Available: perKey.starts,'],
    [{ values: {} }, 'The field "values" of the command is not valid'],
    [{ values: { mostHops: [1] } }, 'The field "values" of the command is not valid'],
    [{ values: { mostHops: 5 }, restore: 1 }, 'The field "values" of the command is not valid'],
    [{ values: { mostHops: 32 }, target: { workflow: "x" } }, 'There is no workflow "x". Available: w.'],
    [
      { values: { length: 1 }, target: { workflow: "constructor" } },
      'There is no workflow "constructor". Available: w.',
    ],
    [{ restore: 9 }, "have no revision 9"],
    [{ restore: 0 }, "Nothing would change"],
  ])("%j", async (change, reason) => {
    const outcome = await harness.change(change);
    expect(outcome).toMatchObject({ done: false });
    expect(outcome.says).toContain(reason);
    expect(harness.current()).toBeUndefined();
    expect(harness.revision(1)).toBeUndefined();
  });
});

test("a breaker has settings of its own", async () => {
  const target = { breaker: "mail" };
  expect(await harness.change({ target, values: { failures: 20, "rate.share": 0.9 } })).toMatchObject({
    done: true,
  });
  expect(harness.harness.state.get(controlKey("breaker", "mail"))).toMatchObject({
    settings: { values: { failures: { value: 20 }, "rate.share": { value: 0.9 } } },
  });
});
