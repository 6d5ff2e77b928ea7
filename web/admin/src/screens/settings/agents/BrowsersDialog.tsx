/** The browsers in which an agent is signed in, and the way to end all of these sessions at once. */
import { Button, Modal } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Agent, agentBrowsersQuery, signOutEverywhere } from "../../../api/agents.ts";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { toast } from "../../../ui/toasts.ts";
import { BrowserLine, BrowserLines } from "../../account/BrowserLine.tsx";

export function BrowsersDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useTranslation(["agents", "common"]);
  const queries = useQueryClient();
  const browsers = useQuery({ ...agentBrowsersQuery(agent.id), staleTime: 0, gcTime: 0 });
  const signOut = useMutation({
    mutationFn: () => signOutEverywhere(agent.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: agentBrowsersQuery(agent.id).queryKey });
      toast(t("browsers.done", { name: agent.name }));
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("browsers.title", { name: agent.name })}
      closeButtonProps={{ "aria-label": t("common:close") }}
      size="lg"
    >
      <div className="stack">
        <QueryStates query={browsers} what={t("browsers.what")}>
          {(all) =>
            all.length === 0 ? (
              <p className="muted">{t("browsers.none")}</p>
            ) : (
              <BrowserLines>
                {[...all].reverse().map((it) => (
                  <BrowserLine key={it.id} session={it} />
                ))}
              </BrowserLines>
            )
          }
        </QueryStates>
        <p className="muted small">{t("browsers.text")}</p>
        <ProblemNote error={signOut.error} />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:close")}
          </Button>
          <Button color="red" loading={signOut.isPending} disabled={!browsers.data?.length} onClick={() => signOut.mutate()}>
            {t("browsers.act")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
