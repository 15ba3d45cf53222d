// Below an answer that was paid for: how its customer rates it, and what they chose, for as long as it can be changed (A43).

import { makeButton } from "../elements/buttons.ts";
import { make, setText } from "../elements/make.ts";
import { makeGivenStars, mostStars } from "../elements/ratings.ts";
import type { Texts } from "../elements/texts.ts";
import type { Rating } from "../live/wire.ts";

const sentenceLimit = 300;

export interface RatingForm {
  readonly element: HTMLElement;
  show(rating: Rating | null, isOpen: boolean): void;
}

/** `question` is what its reader is asked. `save` answers what stands in the way, empty when it was taken. */
export function makeRatingForm(
  texts: Texts,
  question: string,
  save: (stars: number, text: string) => Promise<string>,
): RatingForm {
  const radios = Array.from({ length: mostStars }, (_, index) =>
    make("input", {
      type: "radio",
      name: "stars",
      value: index + 1,
      "aria-label": texts.count("thanks.stars", index + 1),
    }));
  const stars = make("div", { class: "stars" }, ...radios.map((radio) => make("label", {}, radio, make("span"))));
  const choice = make("fieldset", {}, make("legend", {}, question), stars);
  const sentence = make("input", {
    class: "input",
    dir: "auto",
    maxlength: sentenceLimit,
    placeholder: texts.say("thanks.sentence"),
    "aria-label": texts.say("thanks.sentence"),
  });
  const send = make(
    "button",
    { class: "button", "data-size": "small", "data-kind": "primary" },
    texts.say("thanks.rate"),
  );
  const more = make("div", { class: "more", hidden: true }, sentence, send);
  const problem = make("p", { class: "soft", role: "alert" });
  const form = make("form", { class: "rating" }, choice, more, problem);
  const given = make("div", { class: "rated" });
  const change = makeButton(texts.say("thanks.change"), { "data-size": "small", "data-kind": "quiet" });
  // What was chosen is looked up, not read out with the message.
  const element = make("div", { class: "after", "aria-live": "off" }, given, form);
  let shown = "";
  let isChanging = false;
  let last: { rating: Rating | null; isOpen: boolean } = { rating: null, isOpen: false };

  const show = (rating: Rating | null, isOpen: boolean): void => {
    last = { rating, isOpen };
    const now = JSON.stringify([rating, isOpen, isChanging]);
    if (now === shown) return;
    shown = now;
    form.hidden = !isOpen || (rating !== null && !isChanging);
    given.hidden = rating === null || isChanging;
    if (rating === null) return;
    const text = rating.text === "" ? null : make("q", { dir: "auto" }, rating.text);
    given.replaceChildren(makeGivenStars(rating.stars, texts.count("thanks.stars", rating.stars)));
    if (text !== null) given.append(text);
    if (isOpen) given.append(change);
  };

  const chosen = (): number => Number(radios.find((radio) => radio.checked)?.value ?? 0);

  stars.onchange = () => more.hidden = false;
  change.onclick = () => {
    const { rating } = last;
    isChanging = true;
    for (const radio of radios) radio.checked = radio.value === String(rating?.stars);
    sentence.value = rating?.text ?? "";
    more.hidden = false;
    show(last.rating, last.isOpen);
    radios.find((radio) => radio.checked)?.focus();
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (chosen() === 0 || send.ariaBusy !== null) return;
    const hadFocus = form.matches(":focus-within");
    send.ariaBusy = "true";
    const why = await save(chosen(), sentence.value.trim());
    send.ariaBusy = null;
    setText(problem, why);
    if (why !== "") return;
    isChanging = false;
    // The line of the log says it a moment later; until then it stands as it was chosen.
    show({ of: last.rating?.of ?? 0, stars: chosen(), text: sentence.value.trim() }, last.isOpen);
    // The line of the log may have come first, and taken the form with the focus away.
    const { activeElement } = element.getRootNode() as Document | ShadowRoot;
    const isLost = activeElement === null || activeElement === document.body || form.contains(activeElement);
    if (hadFocus && isLost) change.focus();
  };
  return { element, show };
}
