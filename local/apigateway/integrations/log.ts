/** Receives a line for each failure that the caller does not see. */
export type Log = (line: string) => void;
