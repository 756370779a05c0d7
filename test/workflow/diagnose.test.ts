import { expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";

const machine = (state: object) => ({ StartAt: "A", States: { A: state } }) as never;

test("asl-validator finds mistakes in each of many machines", () => {
  for (const _ of [1, 2]) {
    expect(diagnose(machine({ Type: "Pass", End: true }))).toEqual([]);
    expect(diagnose(machine({ Type: "Pass", Next: "B" }))).toContainEqual(
      expect.objectContaining({ "Error code": "MISSING_TRANSITION_TARGET" }),
    );
    expect(diagnose(machine({ Type: "Task", Resource: 5, End: true }))).toMatchObject([
      { "Error code": "SCHEMA_VALIDATION_FAILED" },
    ]);
    expect(diagnose(machine({ Type: "Wait", Timestamp: "tomorrow", End: true }))).not.toEqual([]);
  }
});
