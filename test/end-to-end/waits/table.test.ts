import { tableRaces } from "../../../lambdas/runtime/aws/waits/races.ts";
import { tableWaits } from "../../../lambdas/runtime/aws/waits/waits.ts";
import { stateTable } from "../../runtime/aws/state-table.ts";
import { racesContract } from "../../runtime/ports/races.contract.ts";
import { waitsContract } from "../../runtime/ports/waits.contract.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

waitsContract("waits in the table", async () => tableWaits(open(), () => NOW));
racesContract("races in the table", () => tableRaces(open()));
