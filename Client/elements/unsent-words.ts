import type { Pending } from "../live/outbox.ts";
import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { make, setText } from "./make.ts";

/** What was written in a chat that its writer may no longer open: each of it to be copied, or thrown away. Null where there is nothing. */
export function makeUnsentWords(desk: Desk, pending: readonly Pending[]): HTMLElement | null {
  const { texts, workspace } = desk;
  if (pending.length === 0) return null;
  const lines = pending.map(({ client, text }) => {
    const words = make("q", { dir: "auto" }, text);
    const copy = makeButton(texts.say("chat.copy"), { "data-size": "small" });
    copy.addEventListener("click", () => {
      copyWords(words, text).then(() => setText(copy, texts.say("chat.copied")), () => {});
    });
    const discard = makeButton(texts.say("refusal.discard"), { "data-size": "small", "data-kind": "quiet" });
    discard.addEventListener("click", () => workspace.threads.discard(client));
    return make("li", {}, words, make("div", { class: "buttons" }, copy, discard));
  });
  const title = make("h3", {}, texts.say("chat.unsentTitle"));
  const about = make("p", {}, texts.say("chat.unsentText"));
  return make(
    "section",
    { class: "unsent" },
    title,
    about,
    make("ul", {}, ...lines),
  );
}

/** Plain http has no clipboard; what is selected is copied by the reader's own keys. */
async function copyWords(words: Node, text: string): Promise<void> {
  getSelection()?.selectAllChildren(words);
  const { clipboard } = navigator as { readonly clipboard?: Clipboard };
  if (clipboard === undefined) throw new Error("no clipboard on this page");
  await clipboard.writeText(text);
}
