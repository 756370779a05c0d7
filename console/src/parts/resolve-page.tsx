import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "./action-button.tsx";
import { ActionDialog, type ActionDialogProps } from "./action-dialog.tsx";
import { ActionNotice } from "./action-notice.tsx";
import type { IconName } from "./icon.tsx";
import { type Back, Page } from "./page.tsx";

/** What an operator may do: a button, and the dialog that it opens. */
export interface Resolution
  extends Pick<ActionDialogProps, "title" | "description" | "body" | "wrong" | "children"> {
  /** The last part of its route. */
  action: string;
  icon: IconName;
  /** Name of the button. @default the title */
  button?: string;
  danger?: boolean;
}

/** A page of something that an operator resolves: a dead letter, or a quarantined event. */
export function ResolvePage({
  title,
  heading,
  description,
  back,
  resource,
  refresh,
  resolved,
  resolutions,
  children,
}: {
  title: string;
  heading: string;
  description: ReactNode;
  back: Back;
  /** Its route. */
  resource: string;
  /** The queries that have a new answer afterwards. */
  refresh: readonly string[][];
  resolved: { as: string; by: string; why: string; at: string } | undefined;
  resolutions: readonly Resolution[];
  children: ReactNode;
}) {
  const { can } = useSession();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string>();
  const open = resolutions.find(({ action }) => action === chosen);
  const buttons = resolutions.map(({ action, icon, title: name, button = name, danger = false }) => (
    <ActionButton
      key={action}
      icon={icon}
      primary={!danger}
      danger={danger}
      allowed={can.operate}
      onClick={() => setChosen(action)}
    >
      {button}
    </ActionButton>
  ));
  return (
    <Page
      title={title}
      heading={heading}
      description={description}
      back={back}
      actions={resolved === undefined && buttons}
    >
      {resolved && <ActionNotice state={resolved.as} action={resolved} />}
      {children}
      {open && (
        <ActionDialog
          {...open}
          resource={`${resource}/${open.action}`}
          confirm={open.title}
          refresh={refresh}
          onClose={() => setChosen(undefined)}
          onDone={() => void navigate(back.to)}
        />
      )}
    </Page>
  );
}
