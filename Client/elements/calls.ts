import type { VisitorRow } from "../live/wire.ts";
import { isAsked } from "./unread.ts";

/** Everybody is called, or this account alone is asked to take a chat over. */
type Call = "visitorJoined" | "transferred";

/** Who is called for a chat that waits, and not twice. */
export class Calls {
  readonly #call: (call: Call, row: VisitorRow) => void;
  /** The chat of each conversation that somebody was called for. */
  readonly #announced = new Map<string, string>();

  constructor(call: (call: Call, row: VisitorRow) => void) {
    this.#call = call;
  }

  /** Once for each chat, also when a snapshot that overtook the news brought the row already. */
  announce(row: VisitorRow | undefined, account: string): void {
    if (row?.chat.state !== "waiting" || this.#announced.get(row.conversation) === row.chat.id) return;
    this.#announced.set(row.conversation, row.chat.id);
    // Somebody else's turn calls nobody else.
    if (isAsked(row, account)) this.#call("transferred", row);
    else if (!row.chat.transfer) this.#call("visitorJoined", row);
  }

  /** Somebody was asked, or had their time and did not come: then the chat is everybody's again. */
  compare({ chat: { transfer } }: VisitorRow, row: VisitorRow | undefined, account: string): void {
    if (row === undefined || row.chat.transfer?.until === transfer?.until) return;
    if (isAsked(row, account)) this.#call("transferred", row);
    else if (transfer && !row.chat.transfer && row.chat.state === "waiting") this.#call("visitorJoined", row);
  }
}
