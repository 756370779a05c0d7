import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty folder. */
export const folder = (): string => mkdtempSync(join(tmpdir(), "local-cloud-"));

/** Writes a cloud assembly of one stack, "App", as `cdk synth` would; answers its folder. */
export function assemblyOf(
  resources: Record<string, unknown>,
  outputs: Record<string, unknown> = {},
): string {
  const directory = join(folder(), "cdk.out");
  mkdirSync(directory);
  const write = (file: string, content: unknown) =>
    writeFileSync(join(directory, file), JSON.stringify(content));
  write("App.template.json", { Resources: resources, Outputs: outputs });
  write("manifest.json", {
    version: "55.0.0",
    artifacts: {
      App: {
        type: "aws:cloudformation:stack",
        environment: "aws://unknown-account/unknown-region",
        properties: { templateFile: "App.template.json" },
      },
    },
  });
  return directory;
}
