// For how long a visitor is shut out, whether their address is as well, and why (P6).

import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { make, setText } from "./make.ts";

/** Ban.swift has the same words. */
const spans = {
  hour: "ban.hour",
  day: "ban.day",
  month: "ban.month",
  ever: "ban.ever",
} as const;
const longestReason = 300;

/** Opens over the page; it goes when it is closed. */
export function openBanDialog(parent: Node, desk: Desk, conversation: string): void {
  const { texts } = desk;
  const choices = Object.entries(spans).map(([span, key]) =>
    make(
      "label",
      { class: "choice" },
      make("input", { type: "radio", name: "span", value: span, checked: span === "day" }),
      make("span", {}, texts.say(key)),
    )
  );
  const list = make("fieldset", { class: "choices" }, make("legend", {}, texts.say("ban.for")), ...choices);
  const address = make(
    "label",
    { class: "choice" },
    make("input", { type: "checkbox", name: "address" }),
    make("span", {}, texts.say("ban.address"), make("small", {}, texts.say("ban.addressHint"))),
  );
  const reason = make("input", {
    class: "input",
    id: "ban-reason",
    name: "reason",
    maxlength: longestReason,
    autocomplete: "off",
  });
  const field = make(
    "div",
    { class: "field" },
    make("label", { for: "ban-reason" }, texts.say("ban.reason")),
    reason,
    make("small", {}, texts.say("ban.reasonHint")),
  );
  const problem = make("p", { class: "problem", role: "alert" });
  const cancel = makeButton(texts.say("ban.cancel"), { "data-kind": "quiet" });
  const confirm = make("button", { class: "button", "data-kind": "bad" }, texts.say("ban.confirm"));
  const form = make("form", {}, list, address, field, problem, make("div", { class: "buttons" }, cancel, confirm));
  const title = make("h2", { id: "ban-title" }, texts.say("ban.title"));
  const attributes = { class: "dialog ban", "aria-labelledby": "ban-title", closedby: "closerequest" };
  const dialog = make("dialog", attributes, title, make("p", { class: "soft" }, texts.say("ban.text")), form);

  cancel.onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const data = new FormData(form);
    const wish = { span: data.get("span"), address: data.has("address"), reason: reason.value };
    const isDone = await ban(conversation, wish);
    form.ariaBusy = null;
    if (isDone) dialog.close();
    else setText(problem, texts.say("failure.offline"));
  };
  dialog.onclose = () => dialog.remove();
  parent.appendChild(dialog);
  dialog.showModal();
}

async function ban(conversation: string, wish: object): Promise<boolean> {
  const address = `/console/chats/${encodeURIComponent(conversation)}/ban`;
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(wish) }).catch(() => null);
  return answer?.ok ?? false;
}
