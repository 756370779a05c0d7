import { useReload } from "../api/local.ts";
import { Code } from "../parts/code.tsx";
import { Icon } from "../parts/icon.tsx";

/**
 * Shows on every page that edited code has an error, and where. The local cloud keeps running the earlier
 * code.
 */
export function ReloadProblem() {
  const problem = useReload()?.problem;
  if (!problem) return null;
  const { message, file, line, column, code } = problem;
  return (
    <div className="notice bad above-page" role="alert">
      <Icon name="cross" />
      <div className="grow stack" style={{ gap: 8, minWidth: 0 }}>
        <p className="wrap-anywhere">
          <strong>{message}</strong>{" "}
          {file !== undefined && (
            <span className="mono">
              {file}:{line}:{column}
            </span>
          )}
        </p>
        {code !== undefined && <Code text={code} label="Code around the error" />}
        <p className="detail">The earlier code keeps running. Fix the error and save.</p>
      </div>
    </div>
  );
}
