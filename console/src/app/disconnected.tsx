import { Icon } from "../parts/icon.tsx";
import { useConnection } from "./live.tsx";
import { useSession } from "./session.tsx";

/** Shows on every page that its data may be out of date, as long as the API is not reachable. */
export function Disconnected() {
  const { app } = useSession();
  if (useConnection() !== "broken") return null;
  return (
    <div className="notice held above-page" role="alert">
      <Icon name="warning" />
      <p>
        <strong>The API is not reachable.</strong> The data on this page may be out of date.
        {app.deployedOn === "local" && " Check that “npm start” is running."} The console reconnects
        automatically.
      </p>
    </div>
  );
}
