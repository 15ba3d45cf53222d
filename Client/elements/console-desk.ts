import { realClock } from "../live/clock.ts";
import type { Frame } from "../live/frame.ts";
import { fetchChat } from "../live/listed.ts";
import { Passes } from "../live/passes.ts";
import { makeUpload } from "../live/uploads.ts";
import type { Desk } from "./desk.ts";
import { Drafts } from "./drafts.ts";
import { ListTimes } from "./list-times.ts";
import { readPageData } from "./page-data.ts";
import { Texts } from "./texts.ts";
import { Workspace } from "./workspace.ts";

/** What the page of the console knows before anything is connected. */
export interface Boot {
  readonly language: string;
  /** Where the live channel is; a page of ours has it at /live. */
  readonly socket?: string;
  readonly admin?: string;
  readonly signIn?: string;
  /** Whether this is the page that a browser keeps for no connection: then it is nobody's. */
  readonly shell?: boolean;
}

/** What the console's elements work with, on a page of ours or in a frame of somebody else's website. */
export function makeDesk(boot: Boot, frame: Frame | null): Desk {
  const texts = new Texts(readPageData("texts", {}), boot.language);
  const server = { origin: "", authorization: frame === null ? null : `Bearer ${frame.token}` };
  // A frame keeps nothing beyond its page.
  const storage = frame === null ? localStorage : null;
  const workspace = new Workspace({
    address: socketAddress(boot),
    storage,
    locks: frame === null ? navigator.locks ?? null : null,
    token: frame?.token,
    clock: realClock,
    network: globalThis,
    fetchChat: frame === null ? fetchChat : undefined,
    upload: makeUpload({ ...server, unreachable: texts.say("files.unreachable") }),
  });
  let drafts: Drafts | null = null;
  return {
    workspace,
    texts,
    times: new ListTimes(boot.language),
    bookmarks: new Map(),
    drafts: () => drafts ??= new Drafts(workspace.account, storage, () => workspace.now),
    chosen: new Map(),
    passes: new Passes(server),
    frame,
  };
}

export function socketAddress({ socket = "/live" }: Boot): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${socket}`;
}
