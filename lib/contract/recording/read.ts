import { RECORDING_FORMAT, type Recording } from "./recording.ts";

/** Parses a recording. Throws an Error that says what is wrong with it; `where` names the text. */
export function readRecording(text: string, where: string): Recording {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where} is not JSON: ${(error as Error).message}`);
  }
  const recording = value as Partial<Recording> | null;
  if (typeof recording?.format !== "number" || !Array.isArray(recording.executions))
    throw new Error(
      `${where} is not the recording of a run. "millrace replay <run> --save <file>" writes one.`,
    );
  if (recording.format !== RECORDING_FORMAT)
    throw new Error(
      `${where} is a recording in format ${recording.format}; this version reads format ${RECORDING_FORMAT}. Record the run again.`,
    );
  return recording as Recording;
}
