import { DeskElement } from "./desk.ts";
import { arrange, make, setAttributes } from "./make.ts";
import { moved, type Step, stepOf, tabStop } from "./movement.ts";
import { OpenTabs, staysOpen } from "./open-tabs.ts";
import { Tab } from "./tab.ts";

/** One chat alone stands in the list, and needs no tab. */
const fewestTabs = 2;

/**
 * The chats that somebody has open, over the thread (E24a): from one to the other is a click, or Alt and an arrow while one writes. The threads
 * are there already, so that nothing is waited for. A tab that is put away ends nothing. One stop for Tab; arrows move inside, Delete puts
 * away. Attribute `opened` (the conversation that is open); events `parley-open`, `parley-back`.
 */
export class ParleyTabs extends DeskElement {
  static readonly observedAttributes = ["opened"];

  readonly #list = make("ul");
  readonly #views = new Map<string, Tab>();
  #tabs: OpenTabs | null = null;
  #visited: string | null = null;

  attributeChangedCallback(): void {
    if (!this.isConnected) return;
    this.#settle();
    this.render();
    this.#views.get(this.getAttribute("opened") ?? "")?.bringIntoView();
  }

  /** Opens another of them. */
  turn(step: Step): void {
    const opened = this.getAttribute("opened");
    const goal = moved(this.#shown, opened, step);
    if (goal !== null && goal !== opened) this.say("parley-open", { conversation: goal, join: false });
  }

  protected begin(signal: AbortSignal): void {
    const { workspace, texts } = this.desk;
    setAttributes(this, { role: "navigation", "aria-label": texts.say("tabs.label"), hidden: true });
    this.replaceChildren(this.#list);
    workspace.on("rows", () => this.renderSoon(), signal);
    workspace.on("me", () => this.renderSoon(), signal);
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("keydown", (event) => this.#keydown(event), { signal });
    this.addEventListener("focusin", (event) => this.#visit(event), { signal });
    this.render();
  }

  protected render(): void {
    const { workspace } = this.desk;
    if (this.#tabs === null && workspace.loaded) this.#settle();
    const shown = this.#shown;
    setAttributes(this, { hidden: shown.length === 0 });
    for (const conversation of this.#views.keys()) {
      if (!shown.includes(conversation)) this.#views.delete(conversation);
    }
    const opened = this.getAttribute("opened");
    const stop = tabStop(shown, this.#visited, opened);
    const nodes = shown.map((conversation) => {
      const tab = this.#views.get(conversation) ?? new Tab(conversation, () => this.#close(conversation));
      this.#views.set(conversation, tab);
      tab.show(workspace.row(conversation), this.desk, conversation === opened);
      tab.setTabStop(conversation === stop);
      return tab.node;
    });
    arrange(this.#list, nodes);
  }

  get #shown(): readonly string[] {
    const all = this.#tabs?.all ?? [];
    return all.length < fewestTabs ? [] : all;
  }

  /** Only when one turns to another: what ends meanwhile takes no tab from under a pointer. */
  #settle(): void {
    const { workspace } = this.desk;
    if (!workspace.loaded) return;
    // A page of a browser has its own, which go with it.
    this.#tabs ??= new OpenTabs(workspace.account, sessionStorage);
    this.#tabs.settle(this.getAttribute("opened"), (conversation) => {
      const row = workspace.row(conversation);
      return staysOpen(row, workspace.account, row !== undefined && workspace.mayWrite(row));
    });
  }

  #close(conversation: string): void {
    const hadFocus = this.#views.get(conversation)?.hasFocus === true;
    const next = this.#tabs?.close(conversation) ?? null;
    if (next === null) return this.say("parley-back");
    if (conversation === this.getAttribute("opened")) this.say("parley-open", { conversation: next, join: false });
    else this.render();
    if (!hadFocus) return;
    const tab = this.#views.get(next);
    if (tab !== undefined) tab.focus();
    else this.say("parley-open", { conversation: next, join: false });
  }

  #click(event: MouseEvent): void {
    const conversation = conversationOf(event);
    if (conversation === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.say("parley-open", { conversation, join: false });
  }

  #keydown(event: KeyboardEvent): void {
    const conversation = conversationOf(event);
    if (conversation === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete") {
      event.preventDefault();
      return this.#close(conversation);
    }
    const step = this.#stepOf(event.key);
    if (step === null) return;
    event.preventDefault();
    const goal = moved(this.#shown, conversation, step);
    if (goal !== null) this.#views.get(goal)?.focus();
  }

  /** They lie beside each other, in the direction of reading. */
  #stepOf(key: string): Step | null {
    const isForward = this.matches(":dir(rtl)") ? "ArrowLeft" : "ArrowRight";
    if (key === "ArrowLeft" || key === "ArrowRight") return key === isForward ? "next" : "previous";
    return key === "Home" || key === "End" ? stepOf(key) : null;
  }

  #visit(event: Event): void {
    this.#visited = conversationOf(event) ?? this.#visited;
    const stop = tabStop(this.#shown, this.#visited, this.getAttribute("opened"));
    for (const [conversation, tab] of this.#views) tab.setTabStop(conversation === stop);
  }
}

/** Whose name it happened on; null beside the names, and on what puts away. */
function conversationOf({ target }: Event): string | null {
  return target instanceof Element
    ? target.closest<HTMLElement>("a[data-conversation]")?.dataset["conversation"] ?? null
    : null;
}
