/** Finds boxes by what stands in them. */
import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { iconOf } from "../icons.ts";
import { findBox } from "../model/document.ts";
import { search } from "../model/search.ts";
import classes from "./Find.module.css";

export function Find() {
  const { t } = useTranslation("builder");
  const { editor, catalogue, goTo } = useBuilder();
  const document = useEditor((it) => it.document);
  const active = useEditor((it) => it.active);
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query);
  const hits = useMemo(() => search(document, wanted, catalogue), [document, wanted, catalogue]);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
  }, []);
  const next = (by: number): void => {
    if (!hits.length) return;
    const at = hits.findIndex((it) => it.box === active);
    const hit = hits[at < 0 ? 0 : (at + by + hits.length) % hits.length];
    if (!hit) return;
    editor.activate(hit.box);
    goTo(hit.box, { keepFocus: true });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: `search` is the role; the element is not known to all screen readers yet
    <div role="search" className={classes.find}>
      <TextInput
        ref={input}
        data-find
        aria-label={t("find.label")}
        placeholder={t("find.hint")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== "F3") return;
          event.preventDefault();
          next(event.shiftKey ? -1 : 1);
        }}
      />
      <p className={classes.hint}>{t("find.help")}</p>
      <p role="status" className={classes.count}>
        {wanted ? t("find.found", { count: hits.length }) : ""}
      </p>
      <ul className={classes.list}>
        {hits.slice(0, MOST).map(({ box: id, excerpt }) => {
          const box = findBox(document, id);
          const type = catalogue.find(box?.type ?? "");
          const Icon = iconOf(type?.icon);
          return (
            <li key={id}>
              <button
                type="button"
                className={classes.hit}
                aria-current={active === id || undefined}
                onClick={() => {
                  editor.activate(id);
                  goTo(id);
                }}
              >
                <Icon size={16} aria-hidden />
                <span className={classes.words}>
                  <span dir="auto">{box?.title?.trim() || type?.title || id}</span>
                  {excerpt ? (
                    <span className={classes.excerpt} dir="auto">
                      {excerpt}
                    </span>
                  ) : null}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** More hits than these nobody reads: another word is quicker. */
const MOST = 200;
