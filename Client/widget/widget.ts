// What the loader hands to the panel, and what it may ask of it. The two are built apart and meet in the visitor's browser.

import type { Page } from "../live/wire.ts";

export interface Widget {
  /** Where Parley lives, taken from the address of the script. */
  readonly origin: string;
  /** The widget key of the site. */
  readonly site: string;
  /** The visitor key from the first-party cookie. */
  readonly key: string;
  /** As the browser names it; the server chooses the nearest that it has. */
  readonly language: string;
  /** Its host carries the site's hue, which the panel inside inherits. */
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
}

export interface Panel {
  /** The launcher was pressed. */
  open(): void;
  /** The visitor went to another page of a website that does not load pages anew. */
  moved(page: Page): void;
}

/** `restore`: a chat is running, so it is shown as it was on the page before, which may be minimised. */
export type Mount = (widget: Widget, restore: boolean) => Panel;

/** Answer of a page view. */
export interface ViewAnswer {
  readonly view: string;
  readonly panel: string;
  readonly watch: string;
  readonly open: boolean;
  readonly hue: number;
  readonly position: "start" | "end";
  readonly label: string;
  /** After how many seconds in sight a beat may bring an invitation. */
  readonly invite?: readonly number[];
}

/** What a beat may be answered with: the website says something first. */
export interface Invitation {
  readonly id: string;
  readonly text: string;
  readonly name: string;
  readonly logo?: string;
  readonly position: "start" | "end";
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  readonly words: { readonly label: string; readonly answer: string; readonly close: string };
  /** The module that draws it. */
  readonly card: string;
}

export type Invite = (widget: Widget, invitation: Invitation, post: Watched["post"]) => void;

/** What the loader hands to what watches the page. */
export interface Watched {
  readonly widget: Widget;
  /** What the loader was answered. */
  readonly first: ViewAnswer;
  readonly url: string;
  here(): string;
  /** Tells that another page is there; nothing where that was refused. */
  view(url: string, referrer: string): Promise<ViewAnswer | undefined>;
  post(path: string, body: object): Promise<Response>;
  /** Shows the chat that waits or runs. */
  open(): void;
  /** Whether the visitor asks not to be followed. */
  readonly gpc: boolean | undefined;
}

export type Watch = (watched: Watched) => void;
