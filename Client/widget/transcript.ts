// The chat that ended, by letter (P10): one press where an address is known, otherwise a field for one. It comes with after-chat.ts.

import { makeButton } from "../elements/buttons.ts";
import { make, setAttributes, setText } from "../elements/make.ts";
import { postTranscript, type TranscriptServer } from "../live/transcripts.ts";
import { randomId } from "../live/wire.ts";
import { endOf } from "./chat-rating.ts";
import type { Scene } from "./scene.ts";

/** After that the chat is a thing of the past. */
const offeredMilliseconds = 7 * 86_400_000;
/** Closer to the foot than this counts as being there: the question for stars may have just come above. */
const footPixels = 300;

export function offerTranscripts(
  { chat, texts }: Scene,
  panel: HTMLElement,
  server: TranscriptServer,
  signal: AbortSignal,
): void {
  const scroller = panel.querySelector(".scroll");
  const ask = makeButton(texts.say("transcript.send"), { "data-size": "small" });
  const label = texts.say("transcript.address");
  const field = make("input", {
    class: "input",
    type: "email",
    autocomplete: "email",
    required: true,
    "aria-label": label,
  });
  field.placeholder = label;
  const send = make(
    "button",
    { class: "button", "data-size": "small", "data-kind": "primary" },
    texts.say("transcript.go"),
  );
  const form = make("form", { hidden: true }, field, send);
  const said = make("p", { class: "soft", role: "status" });
  const element = make("div", { class: "after transcript" }, ask, form, said);
  let of = 0;
  let press = randomId();

  const post = async (pressed: HTMLElement, email?: string): Promise<void> => {
    if (pressed.ariaBusy === "true") return;
    pressed.ariaBusy = "true";
    const wish = { client: press, ...(email !== undefined && { email }) };
    const posted = await postTranscript(server, chat.log?.topic.slice("chat.".length) ?? "", wish);
    pressed.ariaBusy = null;
    if (posted === "unaddressed") {
      ask.hidden = true;
      form.hidden = false;
      setText(said, "");
      field.focus();
      return element.scrollIntoView({ block: "nearest" });
    }
    setText(said, posted === "sent" ? texts.say("transcript.sent") : posted.text || texts.say("thanks.unsent"));
    if (posted !== "sent") return;
    ask.hidden = form.hidden = true;
    said.focus();
  };

  const show = (): void => {
    const end = chat.isChatOpen ? null : endOf(chat.log?.entries ?? []);
    if (end === null || Date.now() > end.at + offeredMilliseconds) {
      element.remove();
      return void (of = 0);
    }
    if (end.n === of) return;
    of = end.n;
    press = randomId();
    ask.hidden = false;
    form.hidden = true;
    setText(said, "");
    setAttributes(said, { tabindex: -1 });
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = scroller ?? {};
    scroller?.append(element);
    // Who saw the chat end sees what comes after it.
    if (scrollHeight - scrollTop - clientHeight < footPixels) {
      requestAnimationFrame(() => scroller?.scrollTo(0, scroller.scrollHeight));
    }
  };
  ask.onclick = () => void post(ask);
  form.onsubmit = (event) => {
    event.preventDefault();
    void post(send, field.value.trim());
  };
  chat.on("changed", show, signal);
  show();
}
