/** Tests of workflows: an app in a local cloud with virtual time, and the actions of its users. */

export type {
  CallFault,
  Duration,
  Faults,
  FunctionEnvironment,
  Handler,
  HandlerFactory,
  LimitUse,
  LoggedCall,
  Outside,
  SimulationOptions,
  Trouble,
} from "../local/simulate.ts";
export { AWS_LIMITS, type LimitFigures, type LimitName } from "../local/simulate.ts";
export type { RunView, Sent } from "./run-view.ts";
export { type Decision, type Simulation, simulate } from "./simulate.ts";
