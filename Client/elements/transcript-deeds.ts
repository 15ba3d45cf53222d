import { postTranscript } from "../live/transcripts.ts";
import { randomId, type VisitorRow } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { make, setAttributes, setText } from "./make.ts";

/** The thread as a page to print, and its latest chat by letter to the visitor (P10). */
export class TranscriptDeeds {
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #print: HTMLAnchorElement;
  readonly #mail: HTMLButtonElement;
  readonly #said = make("p", { class: "soft", role: "status" });
  #conversation = "";
  /** The same while nobody knows whether it arrived. */
  #press = randomId();

  constructor(desk: Desk) {
    const { texts } = desk;
    this.#desk = desk;
    this.#print = make("a", { class: "button", target: "_blank", rel: "noopener" }, texts.say("transcript.print"));
    this.#mail = makeButton(texts.say("transcript.mail"));
    this.#mail.onclick = () => void this.#post();
    const buttons = make("div", { class: "buttons" }, this.#print, this.#mail);
    this.node = make("section", {}, make("h3", {}, texts.say("transcript.title")), buttons, this.#said);
  }

  show(row: VisitorRow): void {
    const { workspace } = this.#desk;
    this.#mail.hidden = !workspace.mayWrite(row) || row.visitor.email === null;
    if (row.conversation === this.#conversation) return;
    this.#conversation = row.conversation;
    this.#press = randomId();
    setAttributes(this.#print, { href: `/console/chats/${row.conversation}/transcript` });
    setText(this.#said, "");
  }

  async #post(): Promise<void> {
    const { texts } = this.#desk;
    const conversation = this.#conversation;
    if (this.#mail.ariaBusy === "true") return;
    setAttributes(this.#mail, { "aria-busy": "true" });
    const posted = await postTranscript({ origin: "", authorization: null }, conversation, { client: this.#press });
    setAttributes(this.#mail, { "aria-busy": false });
    if (conversation !== this.#conversation) return;
    if (posted === "sent") {
      this.#press = randomId();
      return setText(this.#said, texts.say("transcript.mailed"));
    }
    const words = posted === "unaddressed" ? texts.say("transcript.unaddressed") : posted.text;
    setText(this.#said, words || texts.say("failure.offline"));
  }
}
