import { fetchAgents } from "../live/listed.ts";
import { makeButton } from "./buttons.ts";
import {
  type ChatFilter,
  conditionsOf,
  everything,
  leads,
  outcomes,
  queryOf,
  ratings,
  readFilter,
  spans,
  states,
} from "./chat-filter.ts";
import type { Desk } from "./desk.ts";
import { make, setAttributes, setText } from "./make.ts";
import { type SavedViews, viewLimit } from "./saved-views.ts";

const statusTexts = { waiting: "filter.waiting", active: "filter.active", closed: "filter.closed" } as const;
const leadTexts = { filled: "filter.filled", pending: "filter.pending", offline: "filter.offline" } as const;
const ratingTexts = { good: "filter.good", bad: "filter.bad", unrated: "filter.unrated" } as const;
const outcomeTexts = { won: "filter.won", handedOver: "filter.handedOver", nothing: "filter.noOutcome" } as const;
const spanTexts = {
  today: "filter.today",
  yesterday: "filter.yesterday",
  "7": "filter.week",
  "30": "filter.month",
  own: "filter.own",
} as const;

interface Question {
  readonly filter: ChatFilter;
  readonly views: SavedViews;
  readonly chosen: (filter: ChatFilter) => void;
}

/** Asks which chats the lists shall show, and says it with `chosen`. Made anew each time, so that it holds nothing while it is closed. */
export function askForFilter(parent: Element, desk: Desk, { filter, views, chosen }: Question): void {
  const { texts } = desk;
  const title = make("h2", { id: "filter-title" }, texts.say("filter.title"));
  const form = make("form", { method: "dialog", class: "filter" });
  const agent = agentsOf(desk, filter.agent);
  const own = ownDays(desk, filter);
  const date = select("date", texts.say("filter.date"), filter.date, [
    ["", texts.say("filter.anyDate")],
    ...spans.map((span): Option => [span, texts.say(spanTexts[span])]),
  ]);
  const showOwn = (): void => setAttributes(own, { hidden: date.control.value !== "own" });
  date.control.addEventListener("change", showOwn);
  const clear = makeButton(texts.say("filter.clear"), { "data-kind": "quiet" });
  const show = make(
    "button",
    { class: "button", "data-kind": "primary", type: "submit", value: "show" },
    texts.say("filter.show"),
  );
  form.append(
    sitesOf(desk, filter.sites),
    agent,
    select("status", texts.say("filter.status"), filter.status, [
      ["", texts.say("filter.anyStatus")],
      ...states.map((state): Option => [state, texts.say(statusTexts[state])]),
    ]).node,
    date.node,
    own,
    select("lead", texts.say("filter.lead"), filter.lead, [
      ["", texts.say("filter.anyLead")],
      ...leads.map((lead): Option => [lead, texts.say(leadTexts[lead])]),
    ]).node,
    select("rated", texts.say("filter.rated"), filter.rated, [
      ["", texts.say("filter.anyRating")],
      ...ratings.map((rated): Option => [rated, texts.say(ratingTexts[rated])]),
    ]).node,
    select("outcome", texts.say("filter.outcome"), filter.outcome, [
      ["", texts.say("filter.anyOutcome")],
      ...outcomes.map((outcome): Option => [outcome, texts.say(outcomeTexts[outcome])]),
    ]).node,
    tagsOf(desk, filter.tag),
    viewsOf(desk, views, filter, () => readFilter(wordsOf(form))),
    make("div", { class: "buttons" }, clear, show),
  );
  const dialog = make("dialog", { class: "dialog", "aria-labelledby": "filter-title", closedby: "any" }, title, form);
  clear.addEventListener("click", () => {
    chosen(everything);
    dialog.close();
  });
  form.addEventListener("submit", () => chosen(readFilter(wordsOf(form))));
  dialog.addEventListener("close", () => dialog.remove());
  parent.append(dialog);
  showOwn();
  dialog.showModal();
}

/** Keeps what is chosen here under a name, or lets go of the view that is shown. */
function viewsOf({ texts }: Desk, views: SavedViews, shown: ChatFilter, chosen: () => ChatFilter): HTMLElement {
  const name = make("input", { class: "input", id: "filter-name", maxlength: 60, autocomplete: "off" });
  const save = makeButton(texts.say("filter.saveView"));
  const said = make("p", { class: "soft", role: "status" });
  const known = views.named(queryOf(shown));
  const forget = makeButton(texts.say("filter.forgetView", { name: known?.name ?? "" }), {
    "data-kind": "quiet",
    hidden: known === null,
  });
  const doing = (work: Promise<void>, done: string): void => {
    work.then(() => setText(said, done), () => setText(said, texts.say("failure.offline")));
  };
  save.addEventListener("click", () => {
    const filter = chosen();
    const words = name.value.trim();
    const isNew = views.all.every((view) => view.name !== words);
    if (words === "" || conditionsOf(filter) === 0) return setText(said, texts.say("filter.viewNeeds"));
    if (isNew && views.all.length >= viewLimit) return setText(said, texts.say("filter.viewsFull"));
    doing(views.save({ name: words, query: queryOf(filter) }), texts.say("filter.viewSaved"));
  });
  forget.addEventListener("click", () => {
    forget.hidden = true;
    if (known !== null) doing(views.forget(known.name), texts.say("filter.viewForgotten"));
  });
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    save.click();
  });
  const label = make("label", { for: name.id }, texts.say("filter.viewName"));
  return make("div", { class: "field" }, label, make("div", { class: "beside" }, name, save), forget, said);
}

type Option = readonly [value: string, words: string];

function wordsOf(form: HTMLFormElement): URLSearchParams {
  const words = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") words.append(name, value);
  return words;
}

function sitesOf({ workspace, texts }: Desk, chosen: readonly string[]): HTMLElement {
  const boxes = workspace.sites.map((site) => {
    const box = make("input", { type: "checkbox", name: "site", value: site.id });
    box.checked = chosen.includes(site.id);
    return make("label", { class: "choice" }, box, make("bdi", {}, site.name));
  });
  const legend = make("legend", {}, texts.say("filter.sites"));
  const hint = make("p", { class: "soft" }, texts.say("filter.sitesHint"));
  return make("fieldset", { class: "choices", hidden: boxes.length < 2 }, legend, hint, ...boxes);
}

/** The names come a moment later; what was chosen before stays chosen. */
function agentsOf({ texts }: Desk, chosen: string | null): HTMLElement {
  const { node, control } = select("agent", texts.say("filter.agent"), chosen, [
    ["", texts.say("filter.anyAgent")],
    ["mine", texts.say("filter.mine")],
    ["unassigned", texts.say("filter.unassigned")],
  ]);
  fetchAgents().then((agents) => {
    control.append(...agents.map(({ id, name }) => make("option", { value: id }, name)));
    if (chosen !== null) control.value = chosen;
  }, () => {});
  return node;
}

/** Of all websites; where two call their chats by the same word, the website is said with it. */
function tagsOf({ workspace, texts }: Desk, chosen: string | null): HTMLElement {
  const isAlone = workspace.sites.length < 2;
  const options = workspace.sites.flatMap(({ name: site, tags = [] }) =>
    tags.map(({ id, name }): Option => [id, isAlone ? name : `${name} · ${site}`])
  );
  const { node } = select("tag", texts.say("filter.tag"), chosen, [["", texts.say("filter.anyTag")], ...options]);
  setAttributes(node, { hidden: options.length === 0 });
  return node;
}

function ownDays({ texts }: Desk, { from, to }: ChatFilter): HTMLElement {
  const day = (name: string, words: string, value: string): HTMLElement =>
    make(
      "div",
      { class: "field" },
      make("label", { for: `filter-${name}` }, words),
      make("input", { class: "input", type: "date", id: `filter-${name}`, name, value }),
    );
  return make(
    "div",
    { class: "days" },
    day("from", texts.say("filter.from"), from),
    day("to", texts.say("filter.to"), to),
  );
}

function select(
  name: string,
  words: string,
  chosen: string | null,
  options: readonly Option[],
): { readonly node: HTMLElement; readonly control: HTMLSelectElement } {
  const control = make(
    "select",
    { class: "input", id: `filter-${name}`, name },
    ...options.map(([value, text]) => make("option", { value }, text)),
  );
  control.value = chosen ?? "";
  return { node: make("div", { class: "field" }, make("label", { for: `filter-${name}` }, words), control), control };
}
