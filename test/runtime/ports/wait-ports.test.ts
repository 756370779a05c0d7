import { memoryWaits } from "../memory/memory-waits.ts";
import { waitsContract } from "./waits.contract.ts";

waitsContract("waits in memory", async () => memoryWaits(Date.now).waits);
