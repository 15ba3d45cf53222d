// Who is writing, asked once (E12); with a message box while nobody is there (E17a). What was typed stays through every refusal and reload.

import { makeButton } from "../elements/buttons.ts";
import { make, setAttributes, setText } from "../elements/make.ts";
import { roomAfter } from "../elements/writing.ts";
import type { Lead, Refused } from "../live/wire.ts";
import type { FieldName, FormField } from "./config.ts";
import type { WritingPart } from "./part.ts";
import type { Scene } from "./scene.ts";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

interface Field {
  readonly name: FieldName | "text";
  readonly required: boolean;
  readonly element: HTMLElement;
  readonly control: Control;
  readonly error: HTMLElement;
}

const kinds: Readonly<Record<Exclude<FieldName, "service">, Readonly<Record<string, string>>>> = {
  name: { autocomplete: "name" },
  email: { type: "email", autocomplete: "email" },
  phone: { type: "tel", autocomplete: "tel" },
};

export function makeLeadForm(scene: Scene): WritingPart {
  const { config, texts, chat, draft } = scene;
  const title = make("h3", { id: "form" });
  const explanation = make("p", { class: "soft", role: "status" });
  const problem = make("p", { class: "error", role: "alert", hidden: true });
  const button = makeButton("", { "data-kind": "primary", type: "submit" });
  const message = makeMessage(scene);
  const fields = [...config.form.fields.map((field) => makeField(field, scene)), message];
  const column = make("div", { class: "fields" }, ...fields.map((field) => field.element));
  const hint = make("p", { class: "soft" }, texts.say("form.required"));
  const attributes = { class: "lead", novalidate: true, "aria-labelledby": "form" };
  const element = make("form", attributes, title, explanation, column, problem, hint, button);

  const isOffline = (): boolean => chat.mode === "offlineForm";
  /** Somebody may come in the middle of a sentence: the words stay, and the focus on them. */
  const hasMessage = (): boolean => !message.element.hidden;
  const keepsMessage = (): boolean => hasMessage() && (draft.content.text !== "" || message.control.matches(":focus"));
  const shown = (): readonly Field[] => fields.filter((field) => field !== message || hasMessage());
  const wrong = (): Field | undefined => shown().find((field) => field.control.ariaInvalid === "true");

  const showError = ({ control, error }: Field, text: string): void => {
    setAttributes(control, { "aria-invalid": text !== "" && "true" });
    setText(error, text);
    error.hidden = text === "";
  };

  const showErrors = (errors: Readonly<Record<string, string>>): void => {
    problem.hidden = true;
    for (const field of fields) showError(field, errors[field.name] ?? "");
    wrong()?.control.focus();
  };

  /** Nothing of it is cut; the writer shortens it. */
  const excess = (): string => {
    const room = roomAfter(message.control.value);
    return room < 0 ? texts.count("composer.tooLong", -room) : "";
  };

  const send = async (): Promise<Refused | null> => {
    const { text, client, name, email, phone, service } = draft.content;
    const lead: Lead = { name, email, phone, service };
    const leaves = hasMessage() && text.trim() !== "";
    const refused = await (leaves ? chat.leaveMessage(lead, text.trim(), client) : chat.sendForm(lead));
    if (refused !== null) return refused;
    draft.dropForm();
    if (leaves) draft.dropText();
    return null;
  };

  const submit = async (): Promise<void> => {
    if (button.ariaBusy === "true") return;
    const asked = fields.filter((field) => field.required && (field !== message || isOffline()));
    const missing = asked.filter((field) => field.control.value.trim() === "");
    const errors = Object.fromEntries(missing.map((field) => [field.name, texts.say("form.missing")]));
    showErrors(hasMessage() && excess() ? { ...errors, text: excess() } : errors);
    if (wrong()) return;
    button.ariaBusy = "true";
    const refused = await send();
    button.ariaBusy = null;
    if (refused === null) return;
    showErrors(refused.fields ?? {});
    setText(problem, refused.text);
    problem.hidden = wrong() !== undefined;
  };

  message.control.addEventListener("input", () => showError(message, excess()));
  element.onsubmit = (event) => {
    event.preventDefault();
    void submit();
  };

  return {
    element,
    show(): void {
      if (message.control.value !== draft.content.text) message.control.value = draft.content.text;
      explanation.hidden = message.element.hidden = !isOffline() && !keepsMessage();
      setText(explanation, texts.say(isOffline() ? config.mail ? "offline.mail" : "offline.text" : "offline.came"));
      setText(title, texts.say(isOffline() ? "offline.title" : "form.title"));
      setText(button, texts.say(isOffline() ? "offline.send" : "form.start"));
      hint.hidden = !shown().some((field) => field.required);
    },
    /** Where typing goes on. */
    focus: () => (shown().find((field) => field.control.value === "") ?? shown()[0])?.control.focus(),
  };
}

function makeField({ name, required, options }: FormField, scene: Scene): Field {
  const { texts } = scene;
  const common = { class: "input", id: name, name, required, "aria-describedby": `${name}-error` };
  const choices = [make("option", { value: "" }, texts.say("form.choose"))];
  for (const option of options ?? []) choices.push(make("option", { value: option }, option));
  const control = name === "service"
    ? make("select", common, ...choices)
    // The server says what is too long; what is longer than a frame would cost the line instead.
    : make("input", { ...common, maxlength: 2_000, ...kinds[name] });
  return dressed(name, required, control, texts.say(`form.${name}`), scene);
}

function makeMessage(scene: Scene): Field {
  const attributes = { class: "input", id: "text", rows: 3, required: true, dir: "auto" };
  const control = make("textarea", { ...attributes, "aria-describedby": "text-error" });
  return dressed("text", true, control, scene.texts.say("offline.message"), scene);
}

function dressed(name: Field["name"], required: boolean, control: Control, label: string, { draft }: Scene): Field {
  control.value = draft.content[name];
  control.oninput = () => draft.change({ [name]: control.value });
  const error = make("p", { class: "error", id: `${name}-error`, hidden: true });
  const star = required ? make("span", { class: "error", "aria-hidden": "true" }, "*") : null;
  const element = make("div", { class: "field" }, make("label", { for: name }, label, star), control, error);
  return { name, required, element, control, error };
}
