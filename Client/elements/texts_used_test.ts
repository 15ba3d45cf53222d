// Every key that the elements name is in the catalogue, and every text of the catalogue is named by an element.

import catalogue from "../../Locales/en/console.json" with { type: "json" };
import { assertEquals } from "../live/asserting.ts";
import attachment from "./attachment.ts" with { type: "text" };
import banDialog from "./ban-dialog.ts" with { type: "text" };
import chatFoot from "./chat-foot.ts" with { type: "text" };
import chatHead from "./chat-head.ts" with { type: "text" };
import closerLook from "./closer-look.ts" with { type: "text" };
import consoleDesk from "./console-desk.ts" with { type: "text" };
import countdown from "./countdown.ts" with { type: "text" };
import dropping from "./dropping.ts" with { type: "text" };
import dueBar from "./due-bar.ts" with { type: "text" };
import emojiPicker from "./emoji-picker.ts" with { type: "text" };
import emptyPlace from "./empty-place.ts" with { type: "text" };
import fileChecks from "./file-checks.ts" with { type: "text" };
import filterDialog from "./filter-dialog.ts" with { type: "text" };
import foundList from "./found-list.ts" with { type: "text" };
import happening from "./happening.ts" with { type: "text" };
import listTools from "./list-tools.ts" with { type: "text" };
import lineBanner from "./line-banner.ts" with { type: "text" };
import minuteLines from "./minute-lines.ts" with { type: "text" };
import minutesBar from "./minutes-bar.ts" with { type: "text" };
import newChat from "./new-chat.ts" with { type: "text" };
import news from "./news.ts" with { type: "text" };
import noticeCentre from "./notice-centre.ts" with { type: "text" };
import noticeLine from "./notice-line.ts" with { type: "text" };
import outcomes from "./outcomes.ts" with { type: "text" };
import palette from "./palette.ts" with { type: "text" };
import parleyChat from "./parley-chat.ts" with { type: "text" };
import parleyComposer from "./parley-composer.ts" with { type: "text" };
import parleyConsole from "./parley-console.ts" with { type: "text" };
import parleyList from "./parley-list.ts" with { type: "text" };
import parleyNote from "./parley-note.ts" with { type: "text" };
import parleyRail from "./parley-rail.ts" with { type: "text" };
import parleySidebar from "./parley-sidebar.ts" with { type: "text" };
import parleyTabs from "./parley-tabs.ts" with { type: "text" };
import parleyThread from "./parley-thread.ts" with { type: "text" };
import replyList from "./reply-list.ts" with { type: "text" };
import revising from "./revising.ts" with { type: "text" };
import row from "./row.ts" with { type: "text" };
import secondThoughts from "./second-thoughts.ts" with { type: "text" };
import shortcuts from "./shortcuts.ts" with { type: "text" };
import status from "./status.ts" with { type: "text" };
import tab from "./tab.ts" with { type: "text" };
import tags from "./tags.ts" with { type: "text" };
import texts from "./texts.ts" with { type: "text" };
import threadItem from "./thread-item.ts" with { type: "text" };
import consoleCommands from "./console-commands.ts" with { type: "text" };
import toasts from "./toasts.ts" with { type: "text" };
import transcriptDeeds from "./transcript-deeds.ts" with { type: "text" };
import transferDialog from "./transfer-dialog.ts" with { type: "text" };
import tray from "./tray.ts" with { type: "text" };
import youMenu from "./you-menu.ts" with { type: "text" };
import listHead from "./list-head.ts" with { type: "text" };
import offlineChat from "./offline-chat.ts" with { type: "text" };
import offlineDesk from "./offline-desk.ts" with { type: "text" };
import pulling from "./pulling.ts" with { type: "text" };
import rowSwipes from "./row-swipes.ts" with { type: "text" };
import startChat from "./start-chat.ts" with { type: "text" };
import parleyVisitors from "./parley-visitors.ts" with { type: "text" };
import visitorView from "./visitor-view.ts" with { type: "text" };
import viewerFaces from "./viewer-faces.ts" with { type: "text" };
import visitorFacts from "./visitor-facts.ts" with { type: "text" };
import unsentWords from "./unsent-words.ts" with { type: "text" };
import type { Catalogue } from "./texts.ts";

const sources = [
  attachment,
  banDialog,
  chatFoot,
  chatHead,
  closerLook,
  consoleDesk,
  countdown,
  dropping,
  dueBar,
  emojiPicker,
  emptyPlace,
  fileChecks,
  filterDialog,
  foundList,
  happening,
  lineBanner,
  listTools,
  minuteLines,
  minutesBar,
  newChat,
  news,
  noticeCentre,
  noticeLine,
  outcomes,
  palette,
  parleyChat,
  parleyComposer,
  parleyConsole,
  parleyList,
  parleyNote,
  parleyRail,
  parleySidebar,
  parleyTabs,
  parleyThread,
  replyList,
  revising,
  row,
  secondThoughts,
  shortcuts,
  status,
  tab,
  tags,
  texts,
  threadItem,
  consoleCommands,
  toasts,
  transcriptDeeds,
  transferDialog,
  tray,
  startChat,
  parleyVisitors,
  visitorView,
  viewerFaces,
  visitorFacts,
  youMenu,
  listHead,
  offlineChat,
  offlineDesk,
  pulling,
  rowSwipes,
  unsentWords,
].join("\n");

Deno.test("P11: the console names no text that is missing, and the catalogue holds none that nobody names", () => {
  const named = sources.matchAll(/"([a-z]+\.[a-zA-Z]+)"/g).map((match) => match[1] ?? "").toArray();
  const used = new Set(named.filter((key) => (key.split(".")[0] ?? "") in catalogue));
  assertEquals([...used].sort(), keysOf(catalogue).sort());
});

function keysOf(part: Catalogue, path = ""): string[] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === "string" || "other" in value ? [path + key] : keysOf(value, `${path}${key}.`)
  );
}
