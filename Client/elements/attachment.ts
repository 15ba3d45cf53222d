// A file in a bubble (E41d): a picture, a card with its name, how far its upload is, or that it expired.

import type { BubbleItem } from "../live/layout.ts";
import type { PendingFile } from "../live/outbox.ts";
import type { Pass, Passes } from "../live/passes.ts";
import type { Content } from "./bubble.ts";
import { makeIconButton } from "./buttons.ts";
import { close, expired, paper } from "./drawings.ts";
import { fitted, sayKind } from "./file-checks.ts";
import { icon } from "./icons.ts";
import { make, setAttributes } from "./make.ts";
import { largestPicture, previewOf } from "./previews.ts";
import type { Texts } from "./texts.ts";

export interface AttachmentDesk {
  readonly texts: Texts;
  readonly passes: Passes;
  readonly conversation: () => string;
  readonly discard: (client: string) => void;
}

export function makeAttachment({ texts, passes, conversation, discard }: AttachmentDesk): Content {
  const body = make("div");
  const bar = make("progress", { max: 1 });
  const cancel = makeIconButton(close, "", { "data-size": "small" });
  const upload = make("div", { class: "upload", hidden: true }, bar, cancel);
  const element = make("div", { class: "attachment" }, body, upload);
  let drawn = "";

  const card = (file: PendingFile, words: string, picture = paper): Node[] => [
    icon(picture),
    make("span", {}, make("span", { class: "name" }, make("bdi", {}, file.name)), make("small", {}, words)),
  ];

  const drawCard = (file: PendingFile): void => {
    const words = sayKind(file.name, file.bytes, texts.language);
    if (!file.file) return body.replaceChildren(make("span", { class: "file" }, ...card(file, words)));
    const link = make("a", { class: "file" }, ...card(file, words));
    keepFresh(link, file.file);
    body.replaceChildren(link);
  };

  const drawPicture = (file: PendingFile, content: File | null): void => {
    const size = fitted(file.width ?? 0, file.height ?? 0, largestPicture);
    // What the writer sees while it travels stays under what comes back, so that nothing flickers.
    const before = body.querySelector("canvas");
    if (!file.file) {
      const box = make("span", { class: "picture", role: "img", "aria-label": file.name });
      body.replaceChildren(reserved(box, size));
      if (content !== null) void previewOf(content).then((preview) => box.append(preview?.canvas ?? ""));
      return;
    }
    const picture = make("img", { ...size, alt: texts.say("files.picture", { name: file.name }), decoding: "async" });
    const link = make("a", { class: "picture", title: file.name }, before, picture);
    let hasTried = false;
    picture.onload = () => before?.remove();
    picture.onerror = () => {
      // Either the pass was too old, or the picture is gone, or the policy of the website forbids it: then its name has to do.
      if (hasTried) return drawCard(file);
      hasTried = true;
      void show(true);
    };
    const show = keepFresh(link, file.file, picture);
    body.replaceChildren(reserved(link, size));
  };

  /** The link to a file is good for minutes, the thread stays for days. */
  const keepFresh = (
    link: HTMLAnchorElement,
    file: string,
    picture?: HTMLImageElement,
  ): (anew?: boolean) => Promise<void> => {
    let pass: Pass | null = null;
    const renew = async (anew = false): Promise<void> => {
      if (anew && pass !== null) passes.drop(conversation(), pass);
      else if (passes.isFresh(pass)) return;
      pass = await passes.get(conversation()).catch(() => null);
      if (pass === null) return;
      link.href = passes.address(file, pass);
      if (picture !== undefined && (anew || picture.src === "")) picture.src = link.href;
    };
    setAttributes(link, { target: "_blank", rel: "noopener" });
    link.onpointerenter = link.onfocus = () => void renew();
    link.onclick = (event) => {
      if (passes.isFresh(pass)) return;
      event.preventDefault();
      void renew().then(() => passes.isFresh(pass) && link.click());
    };
    void renew();
    return renew;
  };

  const drawBody = (item: BubbleItem, file: PendingFile): void => {
    // Pictures have their room before they are there.
    const hasSize = file.width !== null && file.height !== null;
    const isStored = item.n !== null;
    const now = `${item.isExpired} ${isStored && file.file} ${hasSize}`;
    if (now === drawn) return;
    drawn = now;
    const shown = isStored ? file : { ...file, file: "" };
    if (item.isExpired) {
      body.replaceChildren(make("span", { class: "file" }, ...card(file, texts.say("files.expired"), expired)));
    } else if (hasSize && (isStored || item.content !== null)) drawPicture(shown, item.content);
    else drawCard(shown);
  };

  return {
    element,
    show(item): void {
      const { file, state, n, key } = item;
      if (file === null) return;
      drawBody(item, file);
      upload.hidden = n !== null || !!file.file || state === "refused" || state === "lost";
      if (upload.hidden) return;
      const { name } = file;
      const words = texts.say("files.cancel", { name });
      setAttributes(bar, {
        value: state === "sending" ? item.progress : 0,
        "aria-label": texts.say("files.uploading", { name }),
      });
      setAttributes(cancel, { "aria-label": words, title: words });
      cancel.onclick = () => discard(key);
    },
  };
}

/** A style attribute would be forbidden by a strict policy, this is not. */
function reserved(
  box: HTMLElement,
  { width, height }: { readonly width: number; readonly height: number },
): HTMLElement {
  box.style.setProperty("inline-size", `${width}px`);
  box.style.setProperty("aspect-ratio", `${width} / ${height}`);
  return box;
}
