import { initialsOf } from "./colours.ts";
import { make, setAttributes } from "./make.ts";

export interface Person {
  readonly name: string | null;
  readonly avatar?: string | null;
  readonly presence?: string | null;
  readonly tone?: string | null;
  readonly size?: string | null;
}

/** A person as a picture; the name stands beside it in words, so that it is hidden from a screen reader. */
export function makeFace(person: Person): HTMLElement {
  const face = make("span", { class: "face", "aria-hidden": "true" });
  showFace(face, person);
  return face;
}

export function showFace(face: HTMLElement, { name, avatar, presence, tone, size }: Person): void {
  setAttributes(face, { "data-presence": presence, "data-tone": tone, "data-size": size });
  const drawn = `${avatar ?? ""} ${initialsOf(name)}`;
  if (face.dataset["drawn"] === drawn) return;
  face.dataset["drawn"] = drawn;
  face.replaceChildren(initialsOf(name));
  if (avatar) void drawPicture(face, avatar, drawn);
}

/** The drawings are a module of their own, which the widget fetches with the first picture; where it cannot be had the letters stay. */
async function drawPicture(face: HTMLElement, avatar: string, drawn: string): Promise<void> {
  const drawings = await import("./avatars.ts").catch(() => null);
  const picture = drawings?.drawAvatar(avatar);
  if (picture && face.dataset["drawn"] === drawn) face.replaceChildren(picture);
}
