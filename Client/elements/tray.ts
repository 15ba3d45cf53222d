// Files that were chosen and not sent: seen with name, size and picture before they go (E41f), taken out again, checked (E41b).

import type { ChosenFile } from "../live/outbox.ts";
import type { Taking } from "../live/wire.ts";
import { makeIconButton } from "./buttons.ts";
import { attach, camera, close, paper } from "./drawings.ts";
import { faultOf, sayKind, typeOf, usual } from "./file-checks.ts";
import { icon } from "./icons.ts";
import { arrange, make, setText } from "./make.ts";
import { previewOf } from "./previews.ts";
import type { Texts } from "./texts.ts";

export interface TrayOptions {
  readonly texts: Texts;
  /** Which files are taken. */
  readonly taking?: Taking | null | undefined;
  /** What was chosen before, in a thread that was left and is looked at again. */
  readonly chosen?: readonly File[];
  readonly changed: (chosen: readonly File[]) => void;
  /** A way to see more of a document than its chip says. */
  readonly look?: (file: File) => HTMLElement | null;
  /** False when no more can be taken. */
  readonly send: (file: ChosenFile) => boolean;
}

export interface Tray {
  /** The chips, over the words. */
  readonly element: HTMLElement;
  /** The ways to choose. */
  readonly buttons: HTMLElement;
  take(files: Iterable<File>): void;
  isChosen(): boolean;
  /** Each becomes a message, in the order of choosing. */
  send(): void;
}

const mostFiles = 10;

export function makeTray({ texts, taking, chosen: before = [], changed, look, send }: TrayOptions): Tray {
  const taken = taking ?? usual;
  const list = make("ul", { "aria-label": texts.say("files.chosen") });
  const fault = make("p", { class: "error", role: "alert" });
  const count = make("p", { class: "unseen", role: "status" });
  const element = make("div", { class: "tray", hidden: true }, list, fault, count);
  const chips = new Map<File, HTMLElement>();
  const sizes = new Map<File, { readonly width: number; readonly height: number }>();

  const show = (): void => {
    const { size } = chips;
    arrange(list, [...chips.values()]);
    list.hidden = size === 0;
    element.hidden = size === 0 && fault.textContent === "";
    setText(count, size === 0 ? "" : texts.count("files.ready", size));
    changed([...chips.keys()]);
  };

  const remove = (file: File): void => {
    chips.delete(file);
    setText(fault, "");
    show();
    // The button that had the focus is gone.
    (list.querySelector<HTMLElement>("li > :last-child") ?? buttons.querySelector("button"))?.focus();
  };

  const makeChip = (file: File): HTMLElement => {
    const { name, size } = file;
    const picture = make("span", { class: "thumb" }, icon(paper));
    const line = make("span", { class: "name" }, make("bdi", {}, name));
    const words = make("span", {}, line, make("small", {}, sayKind(name, size, texts.language)));
    const drop = makeIconButton(close, texts.say("files.remove", { name }), { "data-size": "small" });
    drop.onclick = () => remove(file);
    void previewOf(file).then((preview) => {
      if (preview === null || !chips.has(file)) return;
      sizes.set(file, preview);
      picture.replaceChildren(preview.canvas);
    });
    return make("li", {}, picture, words, look?.(file) ?? null, drop);
  };

  const take = (files: Iterable<File>): void => {
    const faults: string[] = [];
    for (const file of files) {
      const wrong = faultOf(file, texts, taken) ??
        (chips.size >= mostFiles ? texts.count("files.tooMany", mostFiles) : null);
      if (wrong === null) chips.set(file, makeChip(file));
      else faults.push(wrong);
    }
    setText(fault, [...new Set(faults)].join("\n"));
    show();
  };

  const makeWay = (
    words: string,
    picture: typeof attach,
    attributes: Record<string, string | boolean>,
  ): HTMLElement[] => {
    const input = make("input", { type: "file", hidden: true, ...attributes });
    const button = makeIconButton(picture, words);
    button.onclick = () => input.click();
    input.onchange = () => {
      take([...input.files ?? []]);
      // The same file may be chosen again.
      input.value = "";
    };
    return [button, input];
  };

  const ways = makeWay(texts.say("files.attach"), attach, { accept: `.${taken.endings.join(",.")}`, multiple: true });
  // A telephone has a camera at hand; elsewhere `capture` would only be a second way to choose.
  if (matchMedia("(pointer: coarse)").matches) {
    ways.push(...makeWay(texts.say("files.camera"), camera, { accept: "image/*", capture: "environment" }));
  }
  const buttons = make("div", { class: "attach" }, ...ways);
  for (const file of before) chips.set(file, makeChip(file));
  if (before.length > 0) show();

  return {
    element,
    buttons,
    take,
    isChosen: () => chips.size > 0,
    send(): void {
      setText(fault, "");
      for (const file of chips.keys()) {
        const { width = null, height = null } = sizes.get(file) ?? {};
        const facts = { name: file.name, type: typeOf(file.name), bytes: file.size, width, height };
        if (!send({ facts, content: file })) {
          setText(fault, texts.say("files.full"));
          break;
        }
        chips.delete(file);
      }
      show();
    },
  };
}
