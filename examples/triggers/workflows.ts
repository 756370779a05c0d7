import * as z from "zod";
import { defineStep, defineWorkflow } from "../../lib/index.ts";
import {
  BacklogGrew,
  HostStopped,
  MorningCame,
  OrderTaken,
  PushReceived,
  ReportLanded,
  UserChanged,
  UserCreated,
  UserRemoved,
} from "./events.ts";

export const sendWelcome = defineStep("send-welcome", {
  input: z.object({ mail: z.string() }),
  output: z.object({ welcomed: z.string() }),
  timeout: "10 seconds",
});

/** Writes a line to the log. */
export const note = defineStep("note", {
  input: z.object({ about: z.string() }),
  output: z.object({ noted: z.string() }),
  timeout: "10 seconds",
});

export const onboardUser = defineWorkflow("onboard-user", {
  on: UserCreated,
  run: (w, user) => w.step(sendWelcome, { mail: user.mail }),
});

export const reviewPush = defineWorkflow("review-push", {
  on: PushReceived,
  run: (w, push) => w.step(note, { about: push.repository.full_name }),
});

export const keepLog = defineWorkflow("keep-log", {
  on: [UserChanged, UserRemoved, ReportLanded, MorningCame, BacklogGrew, HostStopped, OrderTaken],
  run: (w, event) => w.step(note, { about: event.about }),
});

export const workflows = [onboardUser, reviewPush, keepLog];
