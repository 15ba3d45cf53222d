import type { Entry } from "../live/wire.ts";
import { sayMinutes } from "./minute-lines.ts";
import type { Texts } from "./texts.ts";

const happenings: ReadonlySet<string> = new Set([
  "ChatOpened",
  "FormSent",
  "AgentJoinedChat",
  "AgentLeftChat",
  "ChatTransferred",
  "TransferEnded",
  "ChatOffered",
  "OfferEnded",
  "WaitOverdue",
  "ChatEntrusted",
  "ChatClosed",
  "ChatTagged",
  "RuleFollowed",
  "ChatHandedOver",
  "ChatWon",
  "ChatUnwon",
  "ContactsMasked",
  "AnswerReturned",
  "AnswerLate",
  "QuestionReleased",
  "QuestionAccepted",
  "QuestionDeclined",
  "QuestionUndelivered",
  "TipGiven",
  "MinuteChat",
]);

/** Whether the team is shown the entry as a system line. What a later server adds counts for its number, but is shown as nothing. */
export function isHappening(entry: Entry): boolean {
  return happenings.has(entry.event) || isErased(entry);
}

function isErased(entry: Entry): boolean {
  if (entry.event === "NoteAdded") return entry.body.text === "";
  return entry.event === "MessageSent" && entry.body.kind === "erased";
}

/** Whether the words name the time themselves (E56). */
export function saysTime({ event }: Entry): boolean {
  return event === "ChatTransferred";
}

/** A system line in words, for somebody of the team. */
export function sayHappening(entry: Entry, account: string, texts: Texts, time = ""): string {
  const name = nameIn(entry, texts);
  const isMe = entry.by.kind === "agent" && entry.by.id === account;
  switch (entry.event) {
    case "ChatOpened":
      if (entry.by.kind === "agent") return texts.say("line.openedBy", { name });
      return texts.say(
        entry.body.offline ? "line.openedOffline" : entry.body.form === "needed" ? "line.openedForm" : "line.opened",
      );
    case "FormSent":
      return texts.say("line.formSent", { name: entry.body.name });
    case "AgentJoinedChat":
      return isMe ? texts.say("line.youJoined", { name }) : texts.say("line.joined", { name });
    case "AgentLeftChat":
      return sayLeft(entry, isMe, name, texts);
    case "ChatTransferred":
      return sayTransferred(entry, name, time, texts);
    case "TransferEnded":
      return texts.say(entry.body.last ? "line.transferEnded" : "line.transferEndedStayed");
    case "ChatOffered":
      return texts.say("line.offered", { name: entry.body.name || texts.say("visitor.somebody") });
    case "OfferEnded":
      return texts.say("line.offerEnded");
    case "WaitOverdue":
      return texts.say("line.waitOverdue");
    case "ChatEntrusted":
      return texts.say("line.entrusted", { name });
    case "ChatHandedOver":
      return texts.say("line.handedOver", { name });
    case "ChatWon":
      return texts.say("line.won", { name });
    case "ChatUnwon":
      return texts.say("line.unwon", { name });
    case "ContactsMasked":
      return texts.say("line.masked");
    case "ChatTagged":
      return sayTagged(entry, name, texts);
    case "RuleFollowed":
      return texts.say("line.ruleFollowed", { name: entry.body.name });
    case "ChatClosed":
      return sayClosed(entry, isMe, name, texts);
    case "AnswerReturned":
      return texts.say("line.answerReturned");
    case "AnswerLate":
      return texts.say("line.answerLate");
    case "QuestionReleased":
      return texts.say("line.questionReleased");
    case "QuestionAccepted":
      return texts.say("line.questionAccepted");
    case "QuestionDeclined":
      return texts.say("line.questionDeclined");
    case "QuestionUndelivered":
      return texts.say("line.questionUndelivered");
    case "TipGiven":
      return texts.count(entry.body.unit === "coins" ? "tip.coins" : "tip.credits", entry.body.units, { name });
    case "MinuteChat":
      return sayMinutes(entry, texts);
    case "MessageSent":
    case "NoteAdded":
      return isErased(entry) ? texts.say("line.erased") : "";
    case "FileExpired":
    case "MessageEdited":
    case "MessageDeleted":
    case "AnswerRated":
    case "AnswerEmailed":
    case "AnswerOpened":
      return "";
  }
}

function sayLeft(entry: Extract<Entry, { event: "AgentLeftChat" }>, isMe: boolean, name: string, texts: Texts): string {
  if (entry.body.silentSince) return isMe ? texts.say("line.youSilent") : texts.say("line.silent", { name });
  return isMe ? texts.say("line.youLeft") : texts.say("line.left", { name });
}

function sayTransferred(
  entry: Extract<Entry, { event: "ChatTransferred" }>,
  name: string,
  time: string,
  texts: Texts,
): string {
  const { reason = "" } = entry.body;
  const to = entry.body.name || texts.say("visitor.somebody");
  return texts.say(reason === "" ? "line.transferred" : "line.transferredBecause", { name, to, time, reason });
}

function sayTagged({ body }: Extract<Entry, { event: "ChatTagged" }>, name: string, texts: Texts): string {
  const [tags, removed] = [body.added, body.removed].map((list) => list.map((tag) => tag.name));
  if (tags?.length === 0 && removed?.length === 0) return texts.say("line.tagsErased");
  if (removed?.length === 0) return texts.say("line.tagged", { name, tags: tags ?? [] });
  if (tags?.length === 0) return texts.say("line.untagged", { name, tags: removed ?? [] });
  return texts.say("line.retagged", { name, tags: tags ?? [], removed: removed ?? [] });
}

function sayClosed(entry: Extract<Entry, { event: "ChatClosed" }>, isMe: boolean, name: string, texts: Texts): string {
  if (entry.by.kind === "system") return texts.say(entry.body.unwritten ? "line.closedUnwritten" : "line.closed");
  if (isMe) return texts.say("line.youClosed");
  return entry.by.kind === "visitor" ? texts.say("line.visitorClosed", { name }) : texts.say("line.closedBy", { name });
}

function nameIn(entry: Entry, texts: Texts): string {
  if (entry.by.kind === "system") return texts.say("line.aRule");
  return entry.by.name ?? texts.say(entry.by.kind === "visitor" ? "visitor.unnamed" : "visitor.somebody");
}
