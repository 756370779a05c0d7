const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The time of an HTTP request in a function's event: "12/Mar/2026:19:03:58 +0000". */
export function requestTime(time: number): string {
  const date = new Date(time).toISOString();
  return `${date.slice(8, 10)}/${MONTHS[Number(date.slice(5, 7)) - 1]}/${date.slice(0, 4)}:${date.slice(11, 19)} +0000`;
}
