// What an account is told of (docs/protocol.md, 4): the newest notices and how many are unread, kept by snapshot and patches.

import type { Notice, NoticesChanged, NoticesSnapshot, ServerFrame } from "./wire.ts";

/** As many as the server begins with. */
const most = 20;

export class Notices {
  unread = 0;
  readonly #rows = new Map<string, Notice>();

  /** Whether the frame changed anything. */
  take(frame: ServerFrame): boolean {
    if (isSnapshot(frame)) {
      this.#rows.clear();
      for (const row of frame.rows) this.#rows.set(row.id, row);
    } else if (frame.event === "NoticesChanged") this.#patch(frame);
    else return false;
    this.unread = frame.unread;
    return true;
  }

  /** The newest first. */
  get rows(): Notice[] {
    return [...this.#rows.values()].sort((a, b) => b.at - a.at || b.id.length - a.id.length || (a.id < b.id ? 1 : -1));
  }

  #patch({ rows, gone }: NoticesChanged): void {
    for (const row of rows) {
      const held = this.#rows.get(row.id);
      if (held === undefined || row.revision > held.revision) this.#rows.set(row.id, row);
    }
    for (const id of gone) this.#rows.delete(id);
    for (const { id } of this.rows.slice(most)) this.#rows.delete(id);
  }
}

function isSnapshot(frame: ServerFrame): frame is NoticesSnapshot {
  return frame.event === "Snapshot" && frame.topic.startsWith("notices.");
}
