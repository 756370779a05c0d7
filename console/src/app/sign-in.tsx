import { useState } from "react";
import { token } from "../api/client.ts";
import { Icon, Mark } from "../parts/icon.tsx";
import "./sign-in.css";

/** Explains how to get a token, and accepts one. */
export function SignIn({ refused, onToken }: { refused: boolean; onToken: () => void }) {
  const [value, setValue] = useState("");
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
          <pre className="json mono">npm run millrace -- console</pre>
          <p className="detail">
            For an app on AWS: <code>npm run millrace -- --aws console</code>. The token is kept in this tab
            only, until you close it.
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
