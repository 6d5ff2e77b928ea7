/** Publishing a FAQ bot: which questions changed, what is wrong; then it is live. */
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { PublishForm } from "../../builder/publish/PublishForm.tsx";
import { toast } from "../../ui/toasts.ts";
import classes from "./Faq.module.css";
import { faqChanges } from "./faqChanges.ts";
import type { OpenFaq } from "./openFaq.ts";

export function FaqPublishDialog({ bot: { editor, saver }, onClose }: { bot: OpenFaq; onClose: () => void }) {
  const { t } = useTranslation("faq");
  const { document, findings } = useStore(editor.store);
  return (
    <PublishForm
      functionId={editor.functionId}
      name={document.name}
      saver={saver}
      findings={findings}
      told={(changes) => faqChanges(changes, t)}
      listed={(list) => (
        <ul className={classes.findings}>
          {list.map((it) => (
            <li key={`${it.code}${it.pointer}`}>{it.message}</li>
          ))}
        </ul>
      )}
      onFindings={(told) => editor.setFindings(told)}
      onPublished={(version) => toast(t("published", { version }))}
      onClose={onClose}
    />
  );
}
