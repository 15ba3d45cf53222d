import { type Command, commandsFor } from "./commands.ts";
import { make, setAttributes, setText } from "./make.ts";
import { moved, stepOf } from "./movement.ts";
import type { Texts } from "./texts.ts";

/**
 * Everything that a key or a press can do, found by its words. Made anew each time, so that it holds nothing while it is closed. `later` is
 * what has to be fetched first: it joins the others when it comes.
 */
export function showPalette(
  parent: Element,
  texts: Texts,
  atOnce: readonly Command[],
  later: Promise<readonly Command[]>,
): void {
  let commands = atOnce;
  const list = make("ul", { id: "palette-list", role: "listbox", "aria-label": texts.say("palette.title") });
  const nothing = make("p", { class: "soft", role: "status", hidden: true }, texts.say("palette.nothing"));
  const box = make("input", {
    class: "input",
    type: "text",
    role: "combobox",
    "aria-label": texts.say("palette.title"),
    "aria-controls": list.id,
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    placeholder: texts.say("palette.hint"),
    autocomplete: "off",
  });
  const dialog = make(
    "dialog",
    { class: "dialog palette", "aria-label": texts.say("palette.title"), closedby: "any" },
    box,
    list,
    nothing,
  );
  let shown: readonly Command[] = [];
  let chosen: Command | null = null;
  const choose = (command: Command | null): void => {
    chosen = command;
    const place = command === null ? -1 : shown.indexOf(command);
    [...list.children].forEach((node, index) => setAttributes(node, { "aria-selected": String(index === place) }));
    setAttributes(box, { "aria-activedescendant": place < 0 ? null : `palette-${place}` });
    list.children[place]?.scrollIntoView({ block: "nearest" });
  };
  const run = (command: Command | null): void => {
    if (command === null) return;
    dialog.close();
    command.act();
  };
  const look = (): void => {
    shown = commandsFor(box.value, commands);
    list.replaceChildren(...shown.map((command, index) => optionOf(command, index, run)));
    nothing.hidden = shown.length > 0;
    setText(nothing, texts.say("palette.nothing"));
    choose(shown[0] ?? null);
  };
  box.addEventListener("input", look);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const isLetter = event.key === "j" || event.key === "k";
    const step = isLetter ? null : stepOf(event.key);
    if (event.key === "Enter") run(chosen);
    else if (step === "next" || step === "previous") choose(moved(shown, chosen, step));
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("close", () => dialog.remove());
  parent.append(dialog);
  look();
  dialog.showModal();
  void later.then((more) => {
    if (more.length === 0 || !dialog.isConnected) return;
    const before = chosen;
    commands = [...commands, ...more];
    look();
    if (before !== null && shown.includes(before)) choose(before);
  });
}

function optionOf(command: Command, index: number, run: (command: Command) => void): HTMLElement {
  const { label, kind, key } = command;
  const keys = key === undefined ? null : make("kbd", {}, key);
  const words = make("span", {}, make("bdi", {}, label));
  const node = make(
    "li",
    { role: "option", id: `palette-${index}` },
    words,
    make("small", { class: "soft" }, kind),
    keys,
  );
  node.addEventListener("click", () => run(command));
  return node;
}
