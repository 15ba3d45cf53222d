// What the team calls a chat by (P1): shown in its row and beside it, and changed in a dialog.

import type { ChatTag, VisitorRow } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { make, setText } from "./make.ts";

export function makeTag({ name, tone }: ChatTag): HTMLElement {
  return make("span", { class: "tag", "data-tone": tone }, make("bdi", {}, name));
}

/** Beside the chat; null where its website has no tags. */
export function makeTagSection(row: VisitorRow, desk: Desk): HTMLElement | null {
  const { workspace, texts } = desk;
  const tags = workspace.tagsOf(row);
  const known = workspace.siteOf(row)?.tags ?? [];
  if (known.length === 0 || workspace.rows.isOwn(row.conversation)) return null;
  const list = tags.length === 0
    ? make("p", { class: "soft" }, texts.say("tags.none"))
    : make("ul", { class: "tags" }, ...tags.map((tag) => make("li", {}, makeTag(tag))));
  const section = make("section", { class: "tagging" }, make("h3", {}, texts.say("tags.title")), list);
  if (workspace.mayNote(row)) {
    const change = makeButton(texts.say("tags.change"), { "data-size": "small", "aria-haspopup": "dialog" });
    change.addEventListener("click", () => askForTags(section.closest("parley-console") ?? section, desk, row));
    section.append(change);
  }
  return section;
}

/** Opens over the page; it goes when it is closed. */
export function askForTags(parent: Node, desk: Desk, row: VisitorRow): void {
  const { texts, workspace } = desk;
  const before = new Set(row.tags ?? []);
  const boxes = (workspace.siteOf(row)?.tags ?? []).map((tag) => {
    const box = make("input", { type: "checkbox", value: tag.id });
    box.checked = before.has(tag.id);
    return { box, label: make("label", { class: "choice" }, box, make("span", {}, makeTag(tag))) };
  });
  const hint = make("p", { class: "soft" }, texts.say("tags.hint"));
  const list = make("fieldset", { class: "choices" }, ...boxes.map(({ label }) => label));
  list.setAttribute("aria-labelledby", "tags-title");
  const problem = make("p", { class: "problem", role: "alert" });
  const save = make("button", { class: "button", "data-kind": "primary" }, texts.say("tags.save"));
  const cancel = makeButton(texts.say("tags.cancel"), { "data-kind": "quiet" });
  const form = make("form", { class: "filter" }, list, problem, make("div", { class: "buttons" }, cancel, save));
  const title = make("h2", { id: "tags-title" }, texts.say("tags.title"));
  const dialog = make(
    "dialog",
    { class: "dialog", "aria-labelledby": "tags-title", closedby: "any" },
    title,
    hint,
    form,
  );

  cancel.onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const chosen = new Set(boxes.filter(({ box }) => box.checked).map(({ box }) => box.value));
    const add = [...chosen].filter((id) => !before.has(id));
    const remove = boxes.map(({ box }) => box.value).filter((id) => before.has(id) && !chosen.has(id));
    if (add.length === 0 && remove.length === 0) return dialog.close();
    const why = await workspace.tag(row.conversation, add, remove).then(
      (answer) => answer.event === "Refused" ? answer.text : "",
      () => texts.say("failure.offline"),
    );
    if (why === "") dialog.close();
    else setText(problem, why);
  };
  dialog.onclose = () => dialog.remove();
  parent.appendChild(dialog);
  dialog.showModal();
}
