import { useEffect, useState } from "react";
import { token } from "../api/client.ts";
import { localStatus } from "../api/local.ts";
import { Icon, Mark } from "../parts/icon.tsx";
import { commandLineAt, isLocalAddress } from "../text/command-line.ts";
import "./sign-in.css";

/** Explains how to get a token, and accepts one. */
export function SignIn({ refused, onToken }: { refused: boolean; onToken: () => void }) {
  const [value, setValue] = useState("");
  const address = location.origin + location.pathname;
  const isLocal = isLocalAddress(address);
  const [local, setLocal] = useState<string>();
  useEffect(() => {
    if (!isLocal) return;
    const left = new AbortController();
    localStatus(left.signal).then(
      ({ command }) => setLocal(command),
      () => undefined,
    );
    return () => left.abort();
  }, [isLocal]);
  return (
    <main className="sign-in">
      <div className="card">
        <form
          className="body stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (!value.trim()) return;
            token.set(value.trim());
            onToken();
          }}
        >
          <div className="row">
            <Mark size={28} />
            <h1>Millrace</h1>
          </div>
          {refused && (
            <p className="notice bad" role="alert">
              <Icon name="warning" />
              The token was rejected. It is invalid or expired.
            </p>
          )}
          <p>To sign in, run this command and open the address that it prints:</p>
          <pre className="json mono">{commandLineAt(address, local)} console</pre>
          <p className="detail">
            {isLocal ? (
              <>
                If the stack is not named Millrace, add <code>--stack</code> with its name.{" "}
              </>
            ) : (
              "<stack> is the name of the CloudFormation stack. "
            )}
            The token is kept in this tab only, until you close it.
          </p>
          <label className="field">
            Or paste a token
            <input
              className="input mono"
              type="password"
              autoComplete="off"
              spellCheck={false}
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          </label>
          <button type="submit" className="button primary" disabled={!value.trim()}>
            Sign in
          </button>
        </form>
      </div>
    </main>
  );
}
