// An agent writes first (E22f): to who is there, or to somebody of earlier, who is found as in the lists.

import { fetchFound, fetchVisitors, type OnlineVisitor } from "../live/listed.ts";
import { randomId } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import { Debounce } from "./debounce.ts";
import type { Desk } from "./desk.ts";
import { makeFace } from "./face.ts";
import { make, setText } from "./make.ts";
import { roomAfter } from "./writing.ts";

const charactersAtLeast = 2;
const waitMilliseconds = 250;
const shownAtMost = 20;

/** Opens over the page; it goes when it is closed. `begun` is told the conversation. */
export function askForNewChat(parent: Node, desk: Desk, begun: (conversation: string) => void): void {
  const { texts, workspace } = desk;
  const find = make("input", {
    class: "input",
    id: "new-chat-find",
    type: "search",
    maxlength: 100,
    autocomplete: "off",
  });
  const list = make("fieldset", { class: "choices colleagues", "aria-busy": "true" });
  const words = make("textarea", { class: "input", id: "new-chat-words", rows: 3, dir: "auto", required: true });
  const problem = make("p", { class: "problem", role: "alert" });
  const start = make("button", { class: "button", "data-kind": "primary" }, texts.say("begin.start"));
  const cancel = makeButton(texts.say("begin.cancel"), { "data-kind": "quiet" });
  const field = (control: HTMLElement, text: string): HTMLElement =>
    make("div", { class: "field" }, make("label", { for: control.id }, texts.say(text)), control);
  const buttons = make("div", { class: "buttons" }, cancel, start);
  const parts = [field(find, "begin.find"), list, field(words, "begin.message"), problem, buttons];
  const form = make("form", {}, ...parts);
  const title = make("h2", { id: "new-chat-title" }, texts.say("begin.title"));
  const dialog = make(
    "dialog",
    // A click beside it would throw away what was written.
    { class: "dialog transfer", "aria-labelledby": "new-chat-title", closedby: "closerequest" },
    title,
    form,
  );
  const wait = new Debounce(waitMilliseconds);
  let asks = new AbortController();
  let there: readonly OnlineVisitor[] = [];
  const client = randomId();

  const show = (people: readonly OnlineVisitor[]): void => {
    const here = new Set(there.map(({ conversation }) => conversation));
    const isNone = people.length === 0;
    const heading = isNone
      ? texts.say(find.value.trim() === "" ? "begin.nobody" : "search.nothing")
      : texts.say("begin.who");
    const lines = people.slice(0, shownAtMost).map((person) => lineOf(person, here.has(person.conversation), desk));
    // Who is chosen stays so, and under the hand, where the list is told anew.
    const chosen = list.querySelector<HTMLInputElement>(":checked");
    const isHeld = chosen === document.activeElement;
    list.replaceChildren(make("legend", { class: isNone && "soft" }, heading), ...lines);
    const again = chosen && list.querySelector<HTMLInputElement>(`[value="${chosen.value}"]`);
    if (again) again.checked = true;
    if (isHeld) again?.focus();
    list.removeAttribute("aria-busy");
    start.disabled = isNone;
  };
  /** Who is there is not known. */
  const showFailure = (): void => {
    list.replaceChildren();
    list.removeAttribute("aria-busy");
    start.disabled = true;
    setText(problem, texts.say("failure.offline"));
  };
  const look = async (): Promise<void> => {
    const wanted = find.value.trim();
    asks.abort();
    if (wanted.length < charactersAtLeast) return show(there);
    asks = new AbortController();
    const { signal } = asks;
    const found = await fetchFound(wanted, signal).catch(() => null);
    if (signal.aborted) return;
    if (found === null) return showFailure();
    setText(problem, "");
    workspace.keep(found);
    const rows = found.map(({ row }) => row).filter((row) => workspace.mayNote(row));
    const people = rows.map(({ conversation, site, visitor: { name, email, page } }) => (
      { conversation, site, name, email, page: page?.title || page?.url || null }
    ));
    show([...new Map(people.map((person) => [person.conversation, person])).values()]);
  };

  find.addEventListener("input", () => wait.start(() => void look()));
  cancel.onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const to = new FormData(form).get("visitor");
    const text = words.value.trim();
    if (typeof to !== "string" || text === "" || form.ariaBusy !== null) return;
    const room = roomAfter(text);
    if (room < 0) return setText(problem, texts.count("composer.tooLong", -room));
    form.ariaBusy = "true";
    const why = await workspace.begin(to, client, text).then(
      (answer) => answer.event === "Refused" ? answer.text : "",
      () => texts.say("failure.offline"),
    );
    form.ariaBusy = null;
    setText(problem, why);
    if (why !== "") return;
    dialog.close();
    begun(to);
  };
  dialog.onclose = () => {
    wait.stop();
    asks.abort();
    dialog.remove();
  };
  parent.appendChild(dialog);
  dialog.showModal();
  fetchVisitors().then((visitors) => {
    there = visitors;
    void look();
  }, showFailure);
}

/** A dot to choose, with where they are, and how the first message reaches them. */
function lineOf({ conversation, site, name, email, page }: OnlineVisitor, isThere: boolean, desk: Desk): HTMLElement {
  const { texts, workspace } = desk;
  const radio = make("input", { type: "radio", name: "visitor", value: conversation, required: true });
  const place = workspace.sites.find(({ id }) => id === site)?.name ?? "";
  const reach = texts.say(isThere ? "begin.there" : email === null ? "begin.awayNoMail" : "begin.away");
  const about = [place, isThere ? page : email, reach].filter((part) => part !== null && part !== "").join(" · ");
  const face = makeFace({ name, presence: isThere ? "online" : "offline", size: "small" });
  const shown = make("bdi", {}, name ?? texts.say("visitor.unnamed"));
  return make(
    "label",
    { class: "colleague" },
    radio,
    face,
    make("span", {}, shown, make("small", {}, make("bdi", {}, about))),
  );
}
