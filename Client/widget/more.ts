// What can be done beside writing, once the visitor may write: emoji (B49b), and going on in another messenger (E91b).

import { makeIconButton } from "../elements/buttons.ts";
import { smile } from "../elements/drawings.ts";
import { messengerAddress } from "../elements/hand-over.ts";
import { icon } from "../elements/icons.ts";
import { make, setAttributes, setText } from "../elements/make.ts";
import type { HandOver } from "../live/wire.ts";
import styles from "./more.css.ts";
import type { Scene } from "./scene.ts";

const telephone = {
  d: "M4 5h16v11H9l-5 4zM9.3 8.2c0 2.8 2.2 5 5 5l1-1.6-2-1-.8.7c-.8-.3-1.4-.9-1.7-1.7l.7-.8-1-2z",
};

export function offerMore(scene: Scene, panel: HTMLElement, signal: AbortSignal): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  const root = panel.getRootNode();
  if (root instanceof ShadowRoot) root.adoptedStyleSheets.push(sheet);
  const { handOver } = scene.config;
  if (handOver) offerHandOver(scene, handOver, panel, signal);
  const words = panel.querySelector<HTMLTextAreaElement>(".composer > textarea");
  if (words) offerEmoji(scene, words);
}

/** One link in the head, and one where it is asked whether the chat shall end, which then ends. */
function offerHandOver(scene: Scene, handOver: HandOver, panel: HTMLElement, signal: AbortSignal): void {
  const { chat, texts, config: { site } } = scene;
  const label = texts.say("handOver.button");
  const look = { class: "button", target: "_blank", rel: "noopener" };
  const link = make("a", { ...look, "data-kind": "quiet", "data-shape": "icon", "aria-label": label, title: label });
  const last = make("a", look, label);
  link.append(icon(telephone));

  const addressNow = (): string => {
    const by = chat.log?.entries.findLast((entry) => entry.by.kind === "visitor" && entry.by.name)?.by;
    const agent = chat.agentsHere[0]?.name ?? null;
    const visitor = chat.log?.people.visitor.name ?? by?.name ?? null;
    return messengerAddress(handOver, {
      visitor,
      agent,
      site: site.name,
      page: document.title || location.href,
      email: null,
      service: null,
    });
  };
  const tell = (): Promise<unknown> => chat.ask({ do: "handOver", topic: chat.log?.topic ?? "" });

  link.onclick = () => void tell();
  last.onclick = () => {
    void tell().then(() => chat.close());
    scene.talking?.isAskedToClose();
  };
  const show = (): void => {
    const href = addressNow();
    for (const each of [link, last]) setAttributes(each, { href, hidden: !chat.log?.chat });
  };
  panel.querySelector(".ways > :last-child")?.before(link);
  panel.querySelector(".foot > .closing > .buttons")?.append(last);
  chat.on("changed", show, signal);
  show();
}

/** What shows them is fetched with the first press. */
function offerEmoji({ texts }: Scene, words: HTMLTextAreaElement): void {
  const place = make("div", { class: "emoji-place", hidden: true });
  const button = makeIconButton(smile, texts.say("emoji.open"), { "aria-expanded": "false" });
  const show = (isOpen: boolean): void => {
    place.hidden = !isOpen;
    setAttributes(button, { "aria-expanded": `${isOpen}` });
  };
  const close = (): void => {
    show(false);
    words.focus();
  };
  const take = (emoji: string): void => {
    words.setRangeText(emoji, words.selectionStart, words.selectionEnd, "end");
    close();
    words.dispatchEvent(new Event("input"));
  };
  const composer = words.parentElement;
  const say = (text: string): void => {
    const status = composer?.querySelector("small");
    if (status) setText(status, text);
  };
  button.onclick = () => {
    if (!place.hidden) return close();
    show(true);
    import("../elements/emoji-picker.ts").then(({ makeEmojiPicker }) => {
      if (place.hidden) return;
      const picker = makeEmojiPicker(texts, take, close);
      place.replaceChildren(picker.element);
      picker.focus();
    }, () => {
      show(false);
      say(texts.say("emoji.unreachable"));
    });
  };
  // Escape closes what was opened last, also while it is on its way.
  composer?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || place.hidden) return;
    event.stopPropagation();
    close();
  });
  const ways = composer?.querySelector(".attach");
  if (ways) ways.append(button);
  else words.after(make("div", { class: "attach" }, button));
  // Above the words, over what stands there: the panel is small.
  composer?.parentElement?.prepend(place);
}
