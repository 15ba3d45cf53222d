// What became of a chat (E91b): beside it, whoever answers hands it over to another messenger or marks it as won.

import type { Answer, VisitorRow } from "../live/wire.ts";
import { makeButton } from "./buttons.ts";
import type { Desk } from "./desk.ts";
import { messengerAddress } from "./hand-over.ts";
import { make, setText } from "./make.ts";
import { outcomesOf } from "./row.ts";
import { makeTag } from "./tags.ts";

/** Null in a paid thread, which stays here and has no team. */
export function makeOutcomeSection(row: VisitorRow, { workspace, texts }: Desk): HTMLElement | null {
  const outcomes = outcomesOf(row);
  if (workspace.rows.isOwn(row.conversation) || (outcomes.length === 0 && !workspace.mayNote(row))) return null;
  const list = outcomes.map((outcome) => make("li", {}, makeTag({ id: "", name: texts.say(outcome), tone: "good" })));
  const problem = make("p", { class: "problem", role: "alert" });
  const tell = (deed: Promise<Answer>): void => {
    deed.then(
      (answer) => setText(problem, answer.event === "Refused" ? answer.text : ""),
      () => setText(problem, texts.say("failure.offline")),
    );
  };
  const section = make(
    "section",
    { class: "tagging" },
    make("h3", {}, texts.say("outcome.title")),
    list.length === 0
      ? make("p", { class: "soft" }, texts.say("outcome.none"))
      : make("ul", { class: "tags" }, ...list),
  );
  if (!workspace.mayNote(row)) return section;
  const { won = false } = row.chat;
  const win = makeButton(texts.say(won ? "outcome.takeBack" : "outcome.markWon"), { "data-size": "small" });
  win.onclick = () => tell(workspace.markWon(row.conversation, !won));
  const buttons = make("div", { class: "buttons" }, win);
  const address = addressFor(row, { workspace });
  if (address !== null) {
    const look = { class: "button", "data-size": "small", target: "_blank", rel: "noopener noreferrer" };
    const link = make("a", { ...look, href: address }, texts.say("outcome.handOver"));
    link.onclick = () => tell(workspace.handOver(row.conversation));
    buttons.append(link);
  }
  section.append(buttons, problem);
  return section;
}

/** To the visitor where they left a telephone number, else to the number of the website, where they will write. */
function addressFor(row: VisitorRow, { workspace }: Pick<Desk, "workspace">): string | null {
  const handOver = workspace.siteOf(row)?.handOver ?? null;
  if (handOver === null) return null;
  const phone = /^\+/.test(row.visitor.phone ?? "") ? row.visitor.phone?.replaceAll(/\D/g, "") : "";
  return messengerAddress({ ...handOver, number: phone || handOver.number }, workspace.valuesIn(row.conversation));
}
