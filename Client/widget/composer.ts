// Where the visitor writes: grows with the words, Enter sends, Shift-Enter begins a new line, a reload loses nothing.

import { makeButton } from "../elements/buttons.ts";
import { send as arrow } from "../elements/drawings.ts";
import { make, setText } from "../elements/make.ts";
import { roomAfter, sends } from "../elements/writing.ts";
import type { WritingPart } from "./part.ts";
import type { Scene } from "./scene.ts";

export function makeComposer(scene: Scene, sent: () => void): WritingPart {
  const { chat, texts, draft } = scene;
  const words = make("textarea", { rows: 1, "aria-label": texts.say("composer.label") });
  const problem = make("small", { class: "error", role: "status" });
  const button = makeButton(texts.say("composer.send"), { "data-kind": "primary", type: "submit" }, arrow);
  const note = make("p", { class: "note soft" }, texts.say("offline.note"));
  const box = make("div", { class: "composer" }, words, problem, button);
  const told = scene.config.preview ? make("p", { class: "note soft" }, texts.say("composer.preview")) : null;
  const element = make("form", { class: "writing" }, note, told, box);

  const showLength = (): void => {
    const room = roomAfter(words.value);
    setText(problem, room < 0 ? texts.count("composer.tooLong", -room) : "");
    button.disabled = words.value.trim() === "" && !scene.talking?.isChosen() || room < 0;
  };

  const send = (): void => {
    const text = words.value.trim();
    if (button.disabled) return;
    if (text !== "" && !chat.send(text)) return setText(problem, texts.say("pending.full"));
    scene.talking?.send();
    words.value = "";
    draft.dropText();
    showLength();
    words.focus();
    sent();
  };

  words.oninput = () => {
    draft.change({ text: words.value });
    chat.typing(words.value.trim() !== "", scene.config.preview ? words.value : undefined);
    showLength();
  };
  words.onkeydown = (event) => {
    if (!sends(event)) return;
    event.preventDefault();
    send();
  };
  element.onsubmit = (event) => {
    event.preventDefault();
    send();
  };

  return {
    element,
    show(): void {
      // What was begun as an offline message goes on here when somebody came.
      if (words.value !== draft.content.text) words.value = draft.content.text;
      const isOver = chat.log?.chat?.state === "closed";
      words.placeholder = isOver ? texts.say("composer.next") : texts.say("composer.placeholder");
      // A message that is stored already says so in the thread.
      const isStored = chat.isChatOpen && chat.log?.chat?.offline === true;
      note.hidden = chat.isOnline || chat.agentsHere.length > 0 || isStored;
      showLength();
    },
    focus: () => words.focus(),
  };
}
