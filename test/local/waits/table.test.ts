import { tableWaits } from "../../../lambdas/runtime/aws/waits/waits.ts";
import { waitsContract } from "../../runtime/waits.contract.ts";
import { stateTable } from "../runtime/state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

waitsContract("waits in the table", async () => tableWaits(open(), () => NOW));
