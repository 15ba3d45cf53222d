// The picture of a website on its page of the administration: chosen, shown at once, sent, and then the page shows it stored.

import { make, setText } from "./make.ts";
import { upload, UploadFailure } from "./upload.ts";

const bytesPerMegabyte = 1024 * 1024;
const accepted = "image/jpeg,image/png,image/webp,image/gif";

class ParleyLogo extends HTMLElement {
  readonly #input = make("input", {
    class: "input",
    type: "file",
    id: "logo-file",
    accept: accepted,
    "aria-describedby": "logo-hint logo-error",
  });
  readonly #progress = make("progress", { max: 1, hidden: true });
  readonly #error = make("p", { class: "error", id: "logo-error", role: "alert", hidden: true });

  connectedCallback(): void {
    if (this.#input.isConnected) return;
    const hint = make("p", { class: "hint", id: "logo-hint" }, this.#say("hint"));
    const label = make("label", { for: "logo-file" }, this.#say("choose"));
    this.#progress.ariaLabel = this.#say("sending");
    this.append(make("div", { class: "field" }, label, this.#input, hint, this.#progress, this.#error));
    this.#input.onchange = () => this.#chosen();
  }

  #say(text: string): string {
    return (this.dataset[text] ?? "").replace("{limit}", this.dataset["limit"] ?? "");
  }

  #chosen(): void {
    const file = this.#input.files?.[0];
    if (file === undefined) return;
    this.#complain("");
    if (file.size > Number(this.dataset["limit"]) * bytesPerMegabyte) return this.#complain(this.#say("tooLarge"));
    this.#preview(file);
    this.#send(file);
  }

  #complain(text: string): void {
    setText(this.#error, text);
    this.#error.hidden = text === "";
    this.#input.ariaInvalid = text === "" ? null : "true";
    if (text !== "") this.#input.value = "";
  }

  /** As a data address, because the policy of our pages lets no other local picture in. */
  #preview(file: File): void {
    const reader = new FileReader();
    reader.onload = () => {
      const picture = make("img", { src: String(reader.result), alt: "" });
      picture.onload = () => this.querySelector(".face")?.replaceChildren(picture);
    };
    reader.readAsDataURL(file);
  }

  async #send(file: File): Promise<void> {
    const before = [...this.querySelector(".face")?.childNodes ?? []];
    this.#input.disabled = true;
    this.#progress.hidden = false;
    try {
      await upload(this.dataset["upload"] ?? "", file, (part) => this.#progress.value = part);
      // A hash alone would not load the page anew.
      location.assign(`${location.pathname}${this.dataset["done"] ?? ""}`);
    } catch (error) {
      const refused = error instanceof UploadFailure ? error.refused : null;
      this.querySelector(".face")?.replaceChildren(...before);
      this.#input.disabled = false;
      this.#complain(refused?.text ?? this.#say("failed"));
    } finally {
      this.#progress.hidden = true;
    }
  }
}

customElements.define("parley-logo", ParleyLogo);
