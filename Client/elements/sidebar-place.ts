import type { Desk } from "./desk.ts";
import { setAttributes } from "./make.ts";
import type { ParleyChat } from "./parley-chat.ts";
import type { ParleySidebar } from "./parley-sidebar.ts";
import type { Story } from "./visitors-place.ts";
import { hasRoom } from "./widths.ts";

const key = "parley.panel";

/** Where the sidebar (E22d) stands in the console: beside the chat, or over it where there is no room. It is there only while it is open. */
export class SidebarPlace {
  readonly #desk: Desk;
  readonly #chat: ParleyChat;
  #node: ParleySidebar | null = null;

  constructor(desk: Desk, chat: ParleyChat) {
    this.#desk = desk;
    this.#chat = chat;
    setAttributes(chat, { panel: this.#isWished ? "open" : "closed" });
  }

  /** Whether it lies over the chat. */
  get covers(): boolean {
    return this.#node !== null && !hasRoom();
  }

  /** For the chat that is open, or the story of the live page, where there may be none. */
  show(conversation: string | null, story: Story | null): void {
    const row = conversation === null ? undefined : this.#desk.workspace.row(conversation);
    if (row === undefined && story === null) this.#remove();
    else if (this.#node === null && (story !== null || this.#isWished)) this.#make(conversation);
    if (this.#node !== null) {
      this.#node.story = story;
      setAttributes(this.#node, { conversation });
    }
    setAttributes(this.#chat, { panel: this.#node === null ? "closed" : "open" });
  }

  toggle(conversation: string | null): void {
    const isOpen = this.#node !== null;
    if (hasRoom() && this.#desk.frame === null) localStorage.setItem(key, isOpen ? "closed" : "open");
    if (isOpen) this.#remove();
    else this.#make(conversation);
    this.show(conversation, null);
    if (!isOpen && !hasRoom()) this.#node?.querySelector("button")?.focus();
    else if (isOpen) this.#chat.focusPanelButton();
  }

  get #isWished(): boolean {
    if (this.#desk.frame !== null) return this.#node !== null;
    // Where it would lie over the chat it opens only when asked.
    return hasRoom() ? localStorage.getItem(key) !== "closed" : this.#node !== null;
  }

  #make(conversation: string | null): void {
    const sidebar = document.createElement("parley-sidebar") as ParleySidebar;
    sidebar.desk = this.#desk;
    setAttributes(sidebar, { conversation });
    this.#node = sidebar;
    this.#chat.after(sidebar);
  }

  #remove(): void {
    this.#node?.remove();
    this.#node = null;
  }
}
