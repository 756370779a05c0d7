import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startCloud } from "../../local/cloud.ts";
import { privateFolder } from "../../local/kernel/private-folder.ts";
import { assemblyOf, folder } from "../local/cloud/assembly.ts";
import { ACTOR, functionOf, queueUrl, rulesToQueue } from "../local/cloud/resources.ts";

/** What another user of this machine can read of a local cloud: nothing. Windows keeps no such modes. */

const assembly = assemblyOf(rulesToQueue, queueUrl);
const modeOf = (path: string) => `0${(statSync(path).mode & 0o777).toString(8)}`;
const modes = (data: string) =>
  Object.fromEntries([".", ...readdirSync(data)].map((name) => [name, modeOf(join(data, name))]));

/** Starts on a folder, sends something, and answers the modes while it runs and after it. */
async function run(data: string) {
  const cloud = await startCloud({ assembly, data, port: 0 });
  const [QueueUrl] = (await cloud.kernel.call("sqs", "ListQueues", {})).QueueUrls;
  await cloud.kernel.call("sqs", "SendMessage", { QueueUrl, MessageBody: "secret" });
  await cloud.kernel.store.flushed();
  const running = modes(data);
  await cloud.close();
  return { running, closed: modes(data) };
}

test.skipIf(process.platform === "win32")(
  "a new data folder is 0700 and its files 0600, running and closed",
  async () => {
    const umask = process.umask(0);
    try {
      const { running, closed } = await run(join(folder(), "deep", "data"));
      expect(running).toMatchObject({ ".": "0700", "cloud.sqlite": "0600", "cloud.sqlite-wal": "0600" });
      expect(closed).toMatchObject({ ".": "0700", "cloud.sqlite": "0600", "cloud.sqlite-seal": "0600" });
      for (const mode of Object.values({ ...running, ...closed })) expect(["0700", "0600"]).toContain(mode);
    } finally {
      process.umask(umask);
    }
  },
);

test.skipIf(process.platform === "win32")(
  "data that an earlier version left readable is closed at the next start",
  async () => {
    const data = join(folder(), "data");
    await run(data);
    for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644);
    chmodSync(data, 0o755);
    const { running, closed } = await run(data);
    for (const { ".": directory, ...files } of [running, closed]) {
      expect(directory).toBe("0700");
      expect(new Set(Object.values(files))).toEqual(new Set(["0600"]));
    }
  },
);

test.skipIf(process.platform === "win32")(
  "a folder that holds other files stays as open as it is; the data's files are closed",
  async () => {
    const data = join(folder(), "shared");
    mkdirSync(data, { mode: 0o755 });
    writeFileSync(join(data, "notes.txt"), "mine");
    const { closed } = await run(data);
    expect(closed).toMatchObject({ ".": "0755", "notes.txt": "0644", "cloud.sqlite": "0600" });
  },
);

test.skipIf(process.platform === "win32")(
  "code that is run from a temporary folder lies where no other user can put any",
  async () => {
    const assembly = assemblyOf({
      Role: ACTOR,
      Inline: functionOf("exports.handler = async () => 1;", { FunctionName: "inline" }),
    });
    const cloud = await startCloud({ assembly, data: undefined, port: 0 });
    const { Code } = await cloud.kernel.call("lambda", "GetFunction", { FunctionName: "inline" });
    const { Payload } = await cloud.kernel.call("lambda", "Invoke", { FunctionName: "inline" });
    await cloud.close();
    expect(Payload).toBe("1");
    expect(modeOf(join(Code.Location.replace("file://", ""), ".."))).toBe("0700");
    expect(modeOf(privateFolder("millrace-compiled"))).toBe("0700");
  },
);

test.skipIf(process.platform === "win32")(
  "a private folder that another user has prepared is refused, one of an earlier version is closed",
  () => {
    const below = folder();
    const path = privateFolder("code", below);
    expect(modeOf(path)).toBe("0700");
    chmodSync(path, 0o777);
    expect(privateFolder("code", below)).toBe(path);
    expect(modeOf(path)).toBe("0700");
    symlinkSync(path, join(below, `linked-${process.getuid!()}`));
    expect(() => privateFolder("linked", below)).toThrow(/another user of this machine/);
    writeFileSync(join(below, `file-${process.getuid!()}`), "");
    expect(() => privateFolder("file", below)).toThrow(/another user of this machine/);
  },
);
