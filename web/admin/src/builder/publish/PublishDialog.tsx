/** Publishing a bot that is drawn. */
import type { Finding } from "../api.ts";
import { useBuilder, useEditor } from "../context.ts";
import { FindingRow } from "../problems/FindingRow.tsx";
import { PublishForm } from "./PublishForm.tsx";
import classes from "./publish.module.css";

export function PublishDialog() {
  const { editor, saver, view } = useBuilder();
  const name = useEditor((it) => it.document.name);
  const findings = useEditor((it) => it.findings);
  const close = (): void => view.setState({ dialog: null });
  // Old versions have no saver, and no way to publish them.
  if (!saver) return null;
  return (
    <PublishForm
      functionId={editor.functionId}
      name={name}
      saver={saver}
      findings={findings}
      listed={(list) => <Findings list={list} onGo={close} />}
      onFindings={(told) => editor.setFindings(told, editor.document)}
      onPublished={(version) => editor.tell({ key: "published", values: { version } })}
      onClose={close}
    />
  );
}

/** A finding whose box one goes to closes the dialog: the box lies below it. */
function Findings({ list, onGo }: { list: Finding[]; onGo: () => void }) {
  return (
    <ul className={classes.plain}>
      {list.map((it) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons inside have the keys; this hears that one was pressed
        <li
          key={`${it.code} ${it.box_id} ${it.link} ${it.pointer} ${it.message}`}
          onClick={(event) => (event.target as HTMLElement).closest("button") && onGo()}
        >
          <FindingRow finding={it} />
        </li>
      ))}
    </ul>
  );
}
