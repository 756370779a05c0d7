import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";

/** STS: the caller's identity. The engines issue credentials, so no role can be assumed. */
export function stsService(kernel: Kernel): Service {
  return {
    name: "sts",
    operations: {
      GetCallerIdentity: (_input, { caller }) => {
        const role = /:role\/(?:.*\/)?([^/]+)$/.exec(caller)?.[1];
        return {
          Arn: role ? `arn:aws:sts::${kernel.account}:assumed-role/${role}/local` : caller,
          UserId: role ? `AROALOCAL:${role}` : kernel.account,
          Account: kernel.account,
        };
      },
    },
  };
}
