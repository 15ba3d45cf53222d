// Pictures as they were chosen, before any of it travels. Drawn on a canvas, because the policy of a website may forbid blob addresses.

import { fitted, typeOf } from "./file-checks.ts";
import { make } from "./make.ts";

export interface Preview {
  readonly width: number;
  readonly height: number;
  /** One canvas for one file: it moves from where the file was chosen into its bubble. */
  readonly canvas: HTMLCanvasElement;
}

/** The longer side of a picture in a bubble, in pixels of the page. */
export const largestPicture = 256;
/** Fine screens have more pixels than that. */
const density = 2;

const previews = new WeakMap<File, Promise<Preview | null>>();

/** Null when it is no picture, or one that this browser cannot read. */
export function previewOf(content: File): Promise<Preview | null> {
  const known = previews.get(content);
  if (known !== undefined) return known;
  const preview = typeOf(content.name).startsWith("image/") ? draw(content).catch(() => null) : Promise.resolve(null);
  previews.set(content, preview);
  return preview;
}

async function draw(content: File): Promise<Preview> {
  const picture = await createImageBitmap(content);
  const { width, height } = picture;
  const canvas = make("canvas", fitted(width, height, largestPicture * density));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return { width, height, canvas };
}
