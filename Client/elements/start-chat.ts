// The first message to somebody of the live page (E52): where they never opened the widget, their conversation is made for it.

import type { Present } from "../live/monitored.ts";
import { randomId } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { make, setText } from "./make.ts";
import { roomAfter } from "./writing.ts";

/** Opens over the page; it goes when it is closed. `begun` is told the conversation. */
export function askForFirstMessage(
  parent: Node,
  desk: Desk,
  visitor: Present,
  begun: (conversation: string) => void,
): void {
  const { texts, workspace } = desk;
  const words = make("textarea", { class: "input", id: "first-words", rows: 3, dir: "auto", required: true });
  const problem = make("p", { class: "problem", role: "alert" });
  const start = make("button", { class: "button", "data-kind": "primary" }, texts.say("begin.start"));
  const cancel = makeButton(texts.say("begin.cancel"), { "data-kind": "quiet" });
  const form = make(
    "form",
    {},
    make("div", { class: "field" }, make("label", { for: words.id }, texts.say("begin.message")), words),
    problem,
    make("div", { class: "buttons" }, cancel, start),
  );
  const name = visitor.name ?? texts.say("visitor.unnamed");
  const title = make("h2", { id: "first-title" }, texts.say("visitors.startWith", { name }));
  const dialog = make(
    "dialog",
    // A click beside it would throw away what was written.
    { class: "dialog transfer", "aria-labelledby": "first-title", closedby: "closerequest" },
    title,
    form,
  );
  const client = randomId();

  const begin = async (text: string): Promise<string> => {
    const conversation = await conversationWith(visitor);
    const answer = await workspace.begin(conversation, client, text);
    if (answer.event === "Refused") return answer.text;
    dialog.close();
    begun(conversation);
    return "";
  };

  cancel.onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (text === "" || form.ariaBusy !== null) return;
    const room = roomAfter(text);
    if (room < 0) return setText(problem, texts.count("composer.tooLong", -room));
    form.ariaBusy = "true";
    const why = await begin(text).catch(() => texts.say("failure.offline"));
    form.ariaBusy = null;
    setText(problem, why);
  };
  dialog.onclose = () => dialog.remove();
  parent.appendChild(dialog);
  dialog.showModal();
  words.focus();
}

async function conversationWith({ visitor, conversation }: Present): Promise<string> {
  if (conversation !== null) return conversation;
  const address = `/console/visitors/${encodeURIComponent(visitor)}/conversation`;
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json() as { conversation: string }).conversation;
}
