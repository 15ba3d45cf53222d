// Files that are dragged over a chat or pasted into it.

import { attach } from "./drawings.ts";
import { icon } from "./icons.ts";
import { make } from "./make.ts";

/** While something is dragged the browser says so again and again; when it stops, the files are somewhere else. */
const silenceMilliseconds = 700;

/** Over the whole of `target`, as long as `mayTake`. */
export function takeDrops(
  target: HTMLElement,
  words: string,
  mayTake: () => boolean,
  take: (files: Iterable<File>) => void,
  signal: AbortSignal,
): void {
  const hint = make("div", { class: "drop" }, make("p", {}, icon(attach), words));
  let silence: ReturnType<typeof setTimeout> | undefined;
  const hide = (): void => {
    clearTimeout(silence);
    hint.remove();
  };
  const over = (event: DragEvent): void => {
    if (!carriesFiles(event) || !mayTake()) return;
    event.preventDefault();
    if (!hint.isConnected) target.append(hint);
    clearTimeout(silence);
    silence = setTimeout(hide, silenceMilliseconds);
  };
  const leave = ({ relatedTarget }: DragEvent): void => {
    if (!(relatedTarget instanceof Node) || !target.contains(relatedTarget)) hide();
  };
  const drop = (event: DragEvent): void => {
    hide();
    if (!carriesFiles(event) || !mayTake()) return;
    event.preventDefault();
    take([...event.dataTransfer?.files ?? []]);
  };
  target.addEventListener("dragenter", over, { signal });
  target.addEventListener("dragover", over, { signal });
  target.addEventListener("dragleave", leave, { signal });
  target.addEventListener("drop", drop, { signal });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !hint.isConnected) return;
    // Nothing but the hint is meant: the chat stays open.
    event.stopPropagation();
    hide();
  }, { signal, capture: true });
  signal.addEventListener("abort", hide);
}

/** Pictures from the clipboard. What a word processor copies is words too, and those are meant. */
export function takePastes(target: HTMLElement, take: (files: Iterable<File>) => void, signal: AbortSignal): void {
  target.addEventListener("paste", ({ clipboardData }) => {
    if (clipboardData === null || clipboardData.files.length === 0 || clipboardData.types.includes("text/plain")) {
      return;
    }
    take([...clipboardData.files]);
  }, { signal });
}

export function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") === true;
}
