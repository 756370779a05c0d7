/** "2019-10-02T17:04:40.989+0000" */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "+0000");
}
