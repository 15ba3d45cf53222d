// What makes server-rendered pages a little more pleasant. Everything works without it: forms post, links lead, times read.

import "./parley-logo.ts";
import { drawAvatar } from "./avatars.ts";
import { ListTimes } from "./list-times.ts";
import { ParleyBell } from "./parley-bell.ts";
import { ParleyNewPasskey } from "./parley-new-passkey.ts";
import { ParleyPasskey } from "./parley-passkey.ts";
import { ParleyPreview } from "./parley-preview.ts";
import { ParleyPush } from "./parley-push.ts";
import { ParleyWallet } from "./parley-wallet.ts";

const relativeEveryMilliseconds = 30_000;
const copiedLastsMilliseconds = 2_000;

/** A form that is on its way is not sent a second time. */
function guardForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A dialog only closes; nothing is on its way.
    if (!(form instanceof HTMLFormElement) || form.method === "dialog" || event.defaultPrevented) return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    const pressed = event.submitter ?? form.querySelector("button:not([type=button])");
    pressed?.setAttribute("aria-busy", "true");
  });
  // Coming back by the back button shows the page as it was left: busy.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const busy of document.querySelectorAll("form[aria-busy], form [aria-busy]")) {
      busy.removeAttribute("aria-busy");
    }
  });
}

/** What stands after the # never reaches the server: who signs in comes back to it nevertheless. */
function keepPlace(): void {
  for (const next of document.querySelectorAll<HTMLInputElement>("input[name=next]")) {
    if (!next.value.includes("#")) next.value += location.hash;
  }
}

/** On a telephone the ways to other pages are wider than the screen: where one is comes into view. */
function showWhereOneIs(): void {
  const here = document.querySelector(".masthead nav a[aria-current]");
  const ways = here?.closest("nav");
  if (!here || !ways || ways.scrollWidth <= ways.clientWidth) return;
  const [link, room] = [here.getBoundingClientRect(), ways.getBoundingClientRect()];
  ways.scrollBy({ left: link.left + link.width / 2 - room.left - room.width / 2, behavior: "instant" });
}

/** `data-copy` names the element whose text is copied; `data-copied` is what the button says then. */
function offerCopying(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    const source = document.getElementById(button?.dataset["copy"] ?? "");
    if (button === null || source === null) return;
    const text = source instanceof HTMLInputElement ? source.value : source.textContent ?? "";
    copy(text, source).then(() => confirmCopy(button), () => {});
  });
}

/** Plain http has no clipboard; selecting leaves the rest to the reader's own keys. */
async function copy(text: string, source: HTMLElement): Promise<void> {
  const { clipboard } = navigator as { readonly clipboard?: Clipboard };
  if (clipboard === undefined) {
    getSelection()?.selectAllChildren(source);
    throw new Error("no clipboard on this page");
  }
  await clipboard.writeText(text);
}

function confirmCopy(button: HTMLElement): void {
  const before = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.textContent = button.dataset["copied"] ?? before;
  setTimeout(() => button.textContent = before, copiedLastsMilliseconds);
}

/** Buttons with `command` open and close dialogs by themselves where the browser knows how; this is for those that do not. */
function openDialogs(): void {
  if ("commandForElement" in HTMLButtonElement.prototype) return;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[commandfor]") : null;
    const dialog = document.getElementById(button?.getAttribute("commandfor") ?? "");
    if (button === null || !(dialog instanceof HTMLDialogElement)) return;
    if (button.getAttribute("command") === "show-modal") dialog.showModal();
    else dialog.close();
  });
}

function drawFaces(): void {
  for (const face of document.querySelectorAll<HTMLElement>(".face[data-avatar]")) {
    const picture = drawAvatar(face.dataset["avatar"] ?? "");
    if (picture !== null) face.replaceChildren(picture);
  }
}

/** `data-moment` says it in the reader's words and zone; `data-relative` how long ago, kept true. The whole moment stays as the title. */
function tellTimes(): void {
  const times = new ListTimes(document.documentElement.lang || "en");
  const moments = document.getElementsByTagName("time");
  const show = (): void => {
    for (const moment of moments) {
      const at = Date.parse(moment.dateTime);
      if (moment.dataset["moment"] !== undefined && moment.title === "") {
        moment.title = moment.textContent;
        moment.textContent = times.full(at);
      }
      if (moment.dataset["relative"] === undefined) continue;
      moment.title ||= times.full(at);
      moment.textContent = times.ago(at, Date.now());
    }
  };
  show();
  document.addEventListener("parley-rendered", show);
  setInterval(show, relativeEveryMilliseconds);
}

/** `data-print` prints the page, where scripts can. */
function offerPrinting(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

/** A site's colour follows the slider. */
function showHues(): void {
  for (const slider of document.querySelectorAll<HTMLInputElement>(".hue input[type=range]")) {
    const sample = slider.closest(".hue")?.querySelector("output");
    const show = (): void => sample?.style.setProperty("--hue", slider.value);
    slider.addEventListener("input", show);
    show();
  }
}

customElements.define("parley-bell", ParleyBell);
customElements.define("parley-passkey", ParleyPasskey);
customElements.define("parley-new-passkey", ParleyNewPasskey);
customElements.define("parley-preview", ParleyPreview);
customElements.define("parley-push", ParleyPush);
customElements.define("parley-wallet", ParleyWallet);
guardForms();
offerCopying();
offerPrinting();
openDialogs();
drawFaces();
tellTimes();
showHues();
keepPlace();
showWhereOneIs();
