/** The fields that a box can name, with what is known of them. */
import { useMemo } from "react";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { useBuilder, useEditor } from "../context.ts";
import { type BotDocument, linksOf } from "../model/document.ts";
import { BUILT_IN, usesOf } from "../model/references.ts";
import type { Resources } from "../resources.ts";

export interface KnownField {
  name: string;
  type: string | undefined;
  /** Where it is known from. */
  from: "bot" | "workspace" | "built_in" | "used";
  kind: "profile" | "variable";
}

export function knownFields(document: BotDocument, resources: Resources, catalogue: Catalogue): KnownField[] {
  const known = new Map<string, KnownField>();
  const add = (it: KnownField): void => {
    if (!known.has(it.name)) known.set(it.name, it);
  };
  for (const it of document.fields ?? []) add({ name: it.name, type: it.type, from: "bot", kind: it.kind });
  for (const box of document.boxes) {
    if (typeof box.save_to === "string" && box.save_to) add({ name: box.save_to, type: undefined, from: "used", kind: "variable" });
    catalogue.visit(box, (widget, value) => {
      if (widget === "field" && typeof value === "string" && value) add({ name: value, type: undefined, from: "used", kind: "variable" });
    });
  }
  for (const [name, type] of BUILT_IN) add({ name, type, from: "built_in", kind: "profile" });
  for (const it of resources.fields) add({ name: it.name, type: it.type, from: "workspace", kind: "profile" });
  return [...known.values()];
}

export function useKnownFields(): KnownField[] {
  const { resources, catalogue } = useBuilder();
  const document = useEditor((it) => it.document);
  return useMemo(() => knownFields(document, resources, catalogue), [document, resources, catalogue]);
}

/** Names of flags that the workspace or this bot uses. */
export function useKnownNames(kind: "flags" | "goals"): string[] {
  const { resources, catalogue } = useBuilder();
  const document = useEditor((it) => it.document);
  return useMemo(() => {
    const names = new Set(resources[kind]);
    for (const box of document.boxes) {
      const links = linksOf(document, box.id).map((it) => it.link);
      for (const name of usesOf(box, links, catalogue)[kind]) names.add(name);
    }
    return [...names].sort();
  }, [document, resources, catalogue, kind]);
}
