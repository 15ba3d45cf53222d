// Who should take a chat over, why, and whether one stays (E53, E55).

import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { makeFace } from "./face.ts";
import { make, setText } from "./make.ts";

const longestReason = 500;

/** What the server knows of who else may come into a chat. */
interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly avatar: string;
  readonly status: "online" | "away" | "busy" | "offline";
  readonly chats: number;
}

const order = ["online", "away", "busy", "offline"];
const statusTexts = {
  online: "transfer.online",
  away: "transfer.away",
  busy: "transfer.busy",
  offline: "transfer.offline",
} as const;

/** Opens over the page; it goes when it is closed. */
export function openTransferDialog(parent: Node, desk: Desk, conversation: string): void {
  const { texts, workspace } = desk;
  const list = make("fieldset", { class: "choices colleagues", "aria-busy": "true" });
  const reason = make("input", {
    class: "input",
    id: "transfer-reason",
    maxlength: longestReason,
    autocomplete: "off",
  });
  const problem = make("p", { class: "problem", role: "alert" });
  const leave = make(
    "button",
    { class: "button", "data-kind": "primary", value: "leave", disabled: true },
    texts.say("transfer.leave"),
  );
  const stay = make("button", { class: "button", value: "stay", disabled: true }, texts.say("transfer.stay"));
  const cancel = makeButton(texts.say("transfer.cancel"), { "data-kind": "quiet" });
  const field = make(
    "div",
    { class: "field" },
    make("label", { for: "transfer-reason" }, texts.say("transfer.reason")),
    reason,
    make("small", {}, texts.say("transfer.reasonHint")),
  );
  const form = make("form", {}, list, field, problem, make("div", { class: "buttons" }, cancel, stay, leave));
  const title = make("h2", { id: "transfer-title" }, texts.say("transfer.title"));
  const attributes = { class: "dialog transfer", "aria-labelledby": "transfer-title", closedby: "closerequest" };
  const dialog = make("dialog", attributes, title, form);

  const fill = async (): Promise<void> => {
    try {
      const colleagues = await fetchColleagues(conversation);
      const heading = texts.say(colleagues.length === 0 ? "transfer.nobody" : "transfer.to");
      list.replaceChildren(make("legend", {}, heading), ...colleagues.map((colleague) => lineOf(colleague, desk)));
      for (const button of [leave, stay]) button.disabled = colleagues.length === 0;
      setText(problem, "");
      list.querySelector("input")?.focus();
    } catch {
      setText(problem, texts.say("failure.offline"));
    }
    list.removeAttribute("aria-busy");
  };

  cancel.onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const to = new FormData(form).get("colleague");
    if (typeof to !== "string" || form.ariaBusy !== null) return;
    form.ariaBusy = "true";
    const leaves = event.submitter === leave;
    const why = await workspace.transfer(conversation, { to, leaves, reason: reason.value.trim() }).then(
      (answer) => answer.event === "Refused" ? answer.text : "",
      () => texts.say("failure.offline"),
    );
    form.ariaBusy = null;
    if (why === "") dialog.close();
    else setText(problem, why);
  };
  const life = new AbortController();
  // Who asked without a line is not asked to close and to write the reason again.
  workspace.on("phase", (phase) => phase === "open" && list.childElementCount === 0 && void fill(), life.signal);
  dialog.onclose = () => {
    life.abort();
    dialog.remove();
  };
  parent.appendChild(dialog);
  dialog.showModal();
  void fill();
}

/** A dot to choose, with what one wants to know before one asks somebody. */
function lineOf({ id, name, avatar, status, chats }: Colleague, { texts }: Desk): HTMLElement {
  const radio = make("input", { type: "radio", name: "colleague", value: id, required: true });
  const words = texts.say(statusTexts[status]);
  const about = chats === 0 ? words : `${words} · ${texts.count("transfer.chats", chats)}`;
  const presence = status === "busy" ? "away" : status;
  const face = makeFace({ name, avatar, presence, size: "small" });
  return make(
    "label",
    { class: "colleague" },
    radio,
    face,
    make("span", {}, make("bdi", {}, name), make("small", {}, about)),
  );
}

async function fetchColleagues(conversation: string): Promise<Colleague[]> {
  const address = `/api/v1/chats/${encodeURIComponent(conversation)}/colleagues`;
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`colleagues: ${answer.status}`);
  const { colleagues } = await answer.json() as { colleagues: Colleague[] };
  return colleagues.sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || a.name.localeCompare(b.name));
}
