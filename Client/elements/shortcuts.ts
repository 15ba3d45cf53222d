import { make } from "./make.ts";
import type { Texts } from "./texts.ts";

const keys: readonly (readonly [string, readonly string[]])[] = [
  ["shortcuts.next", ["J", "↓"]],
  ["shortcuts.previous", ["K", "↑"]],
  ["shortcuts.open", ["Enter"]],
  ["shortcuts.tab", ["Alt", "↑ ↓"]],
  ["shortcuts.palette", ["Ctrl", "K"]],
  ["shortcuts.search", ["/"]],
  ["shortcuts.filter", ["F"]],
  ["shortcuts.list", ["Esc"]],
  ["shortcuts.dismiss", ["Esc"]],
  ["shortcuts.send", ["Enter"]],
  ["shortcuts.line", ["Shift", "Enter"]],
  ["shortcuts.help", ["?"]],
];

/** What one may press. Made anew each time, so that it holds nothing while it is closed. */
export function showShortcuts(parent: Element, texts: Texts): void {
  const lines = keys.map(([key, caps]) =>
    make("div", {}, make("dt", {}, texts.say(key)), make("dd", {}, ...caps.map((cap) => make("kbd", {}, cap))))
  );
  const close = make("button", { class: "button", type: "submit" }, texts.say("shortcuts.close"));
  const form = make("form", { method: "dialog" }, make("div", { class: "buttons" }, close));
  const title = make("h2", { id: "shortcuts-title" }, texts.say("shortcuts.title"));
  const attributes = { class: "dialog", "aria-labelledby": "shortcuts-title", closedby: "any" };
  const dialog = make("dialog", attributes, title, make("dl", { class: "keys" }, ...lines), form);
  dialog.addEventListener("close", () => dialog.remove());
  parent.append(dialog);
  dialog.showModal();
}
