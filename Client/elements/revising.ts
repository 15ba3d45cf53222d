// A message whose author may write it again or delete it, and what it said before, for both sides. A file can be deleted alone.

import type { BubbleItem } from "../live/layout.ts";
import type { Answer, Question } from "../live/wire.ts";
import type { Content } from "./bubble.ts";
import { makeButton, makeIconButton } from "./buttons.ts";
import { more } from "./drawings.ts";
import { makeLinked, makeWords } from "./links.ts";
import { make, setAttributes, setText } from "./make.ts";
import type { Texts } from "./texts.ts";
import { roomAfter, sends } from "./writing.ts";

export interface RevisingDesk {
  readonly texts: Texts;
  readonly topic: () => string;
  /** Null when the line was cut. */
  readonly ask: (question: Question) => Promise<Answer | null>;
  readonly isOwn: (item: BubbleItem) => boolean;
  readonly editSeconds: () => number;
  /** Calls once when there is a line again. */
  readonly whenBack: (then: () => void) => void;
}

type Mode = "rest" | "menu" | "edit" | "delete";

const small = { "data-size": "small" } as const;
const quiet = { ...small, "data-kind": "quiet" } as const;

/** The words or the file, and after them what may be done. The server says no to what comes too late; what was typed stays. */
export function makeRevisable(
  { texts, topic, ask, isOwn, editSeconds, whenBack }: RevisingDesk,
  file?: Content,
): Content {
  const words = file ?? makeWords();
  const fault = make("p", { class: "error", role: "alert" });
  const tools = make("div", { class: "revising", "aria-live": "off", hidden: true });
  const versions = make("ol", { hidden: true });
  const edited = makeButton(texts.say("revising.edited"), { ...quiet, "aria-expanded": "false" });
  const open = makeIconButton(more, texts.say("revising.change"), { ...quiet, "data-more": true });
  const field = make("textarea", { class: "input", rows: 2, dir: "auto", "aria-label": texts.say("revising.field") });
  let item: BubbleItem | null = null;
  let mode: Mode = "rest";
  let drawn = "";

  const button = (key: string, action: () => void, attributes = {}): HTMLButtonElement => {
    const made = makeButton(texts.say(key), { ...small, ...attributes });
    made.onclick = action;
    return made;
  };

  const mayChange = (): boolean =>
    item !== null && item.n !== null && isOwn(item) && Date.now() < item.at + editSeconds() * 1_000;

  const draw = (): void => {
    const hasVersions = (item?.before?.length ?? 0) > 0;
    words.element.hidden = mode === "edit";
    versions.replaceChildren(...(item?.before ?? []).map((text) => make("li", { dir: "auto" }, ...makeLinked(text))));
    const history = hasVersions ? [edited, versions] : [];
    const parts: Record<Mode, () => HTMLElement[]> = {
      rest: () => mayChange() ? [...history, open] : history,
      menu: () => [
        ...history,
        row(
          ...(file ? [] : [button("revising.edit", edit)]),
          button("revising.delete", () => go("delete")),
          close("revising.cancel"),
        ),
      ],
      edit:
        () => [field, row(button("revising.save", save, { "data-kind": "primary" }), close("revising.cancel")), fault],
      delete: () => [
        make("span", {}, texts.say("revising.sure")),
        row(button("revising.delete", remove, { "data-kind": "danger" }), close("revising.keep")),
        fault,
      ],
    };
    const shown = parts[mode]();
    tools.replaceChildren(...shown);
    tools.hidden = shown.length === 0;
  };

  const go = (next: Mode): void => {
    mode = next;
    setText(fault, "");
    draw();
    if (next === "edit") field.focus();
    else tools.querySelector<HTMLElement>(next === "rest" ? "[data-more]" : ".buttons > button")?.focus();
  };

  const close = (key: string): HTMLButtonElement => button(key, () => go("rest"), { "data-kind": "quiet" });

  const edit = (): void => {
    field.value = item?.text ?? "";
    go("edit");
  };

  const change = async (question: Question): Promise<void> => {
    setAttributes(tools, { "aria-busy": "true" });
    const answer = await ask(question);
    setAttributes(tools, { "aria-busy": false });
    if (answer?.event === "Done") return go("rest");
    const offline = texts.say("revising.offline");
    setText(fault, answer?.event === "Refused" ? answer.text : offline);
    // That there is no line is not true any more once there is one.
    if (answer === null) whenBack(() => fault.textContent === offline && setText(fault, ""));
  };

  const save = (): void => {
    const text = field.value.trim();
    const room = roomAfter(text);
    if (room < 0) return setText(fault, texts.count("composer.tooLong", -room));
    if (item?.n && text !== "") void change({ do: "edit", topic: topic(), of: item.n, text });
  };

  const remove = (): void => {
    if (item?.n) void change({ do: "delete", topic: topic(), of: item.n });
  };

  edited.onclick = () => {
    versions.hidden = !versions.hidden;
    setAttributes(edited, { "aria-expanded": String(!versions.hidden) });
  };
  open.onclick = () => go("menu");
  field.onkeydown = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      go("rest");
    } else if (sends(event)) {
      event.preventDefault();
      save();
    }
  };

  return {
    element: words.element,
    show(now): void {
      words.show(now);
      item = now;
      if (!tools.isConnected) words.element.after(tools);
      // Where the bubble leaves room.
      const isAtStart = words.element.parentElement?.dataset["side"] === "start";
      setAttributes(tools, { "data-beside": isAtStart ? "end" : "start" });
      const state = JSON.stringify([now.n, now.text, now.before, mayChange()]);
      // Who is at it is not interrupted.
      if (state === drawn || mode === "edit") return;
      drawn = state;
      draw();
    },
  };
}

function row(...buttons: HTMLElement[]): HTMLElement {
  return make("div", { class: "buttons" }, ...buttons);
}
