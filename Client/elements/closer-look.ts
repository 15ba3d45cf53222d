// A document that was chosen, looked at before it is sent (E41f). Nothing of it travels for that: a PDF is shown by the viewer of the
// browser itself, of a Word file the beginning of its text. A browser without a viewer, and the old DOC, leave name, kind and size.

import { makeIconButton } from "./buttons.ts";
import { eye } from "./drawings.ts";
import { endingOf, sayKind } from "./file-checks.ts";
import { make, setText } from "./make.ts";
import type { Texts } from "./texts.ts";
import { readWord } from "./word-file.ts";

/** Null when there is nothing more to be seen than what its chip says. */
export function makeCloserLook(file: File, texts: Texts): HTMLElement | null {
  const ending = endingOf(file.name);
  const makeSheet = ending === "docx" ? showWords : ending === "pdf" && navigator.pdfViewerEnabled ? showPages : null;
  if (makeSheet === null) return null;
  const button = makeIconButton(eye, texts.say("files.look", { name: file.name }), { "data-size": "small" });
  button.onclick = () => open(button.closest("parley-composer") ?? document.body, file, texts, makeSheet);
  return button;
}

/** What is looked at, and how it is put away again. */
type Sheet = readonly [element: HTMLElement, putAway: () => void];

function open(parent: Element, file: File, texts: Texts, makeSheet: (file: File, texts: Texts) => Sheet): void {
  const [sheet, putAway] = makeSheet(file, texts);
  // It has the focus first: a viewer would keep the keys to itself, Escape among them.
  const close = make("button", { class: "button", type: "submit", autofocus: true }, texts.say("shortcuts.close"));
  const form = make("form", { method: "dialog" }, make("div", { class: "buttons" }, close));
  const title = make("h2", { id: "closer-look" }, make("bdi", {}, file.name));
  const facts = make("p", {}, sayKind(file.name, file.size, texts.language));
  const attributes = { class: "dialog closer-look", "aria-labelledby": "closer-look", closedby: "any" };
  const dialog = make("dialog", attributes, make("header", {}, title, facts), sheet, form);
  dialog.addEventListener("close", () => {
    putAway();
    dialog.remove();
  });
  parent.append(dialog);
  dialog.showModal();
}

function showPages(file: File, texts: Texts): Sheet {
  // By its name it is a PDF, so the browser is told to take it for nothing else, whatever it holds.
  const address = URL.createObjectURL(file.slice(0, file.size, "application/pdf"));
  const title = texts.say("files.pagesOf", { name: file.name });
  const frame = make("iframe", { src: `${address}#navpanes=0&view=FitH`, title });
  return [frame, () => URL.revokeObjectURL(address)];
}

function showWords(file: File, texts: Texts): Sheet {
  const words = make("p", { class: "words", dir: "auto", tabindex: 0 });
  const note = make("p", { class: "note", role: "status" });
  const sheet = make("div", { class: "sheet" }, note, words);
  words.hidden = true;
  void readWord(file).then((found) => {
    if (found === null) return setText(note, texts.say("files.unreadable"));
    const pages = found.pages === null ? [] : [texts.count("files.pages", found.pages)];
    setText(note, [...pages, texts.say(found.opening === "" ? "files.wordless" : "files.opening")].join(" "));
    setText(words, found.opening);
    words.hidden = found.opening === "";
  });
  return [sheet, () => {}];
}
