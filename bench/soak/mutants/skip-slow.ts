import { beforeEach } from "vitest";

/** Tests of hundreds of runs take a second each: too long for each mutant. The smaller ones next to them hold the same promises. */
const SLOW = /hundreds|whatever their number/;

beforeEach(({ task, skip }) => {
  if (SLOW.test(task.name)) skip();
});
