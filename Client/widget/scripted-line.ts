// A line on which one agent has said one sentence and the visitor another; whatever else is asked of it is done.

import type { Socket } from "../live/connection.ts";

const noMarks = { visitor: { delivered: 0, seen: 0 }, team: { delivered: 0, seen: 0 } };

export class ScriptedLine extends EventTarget {
  readonly #agent: string;
  readonly #hello: string;

  constructor(agent: string, hello: string) {
    super();
    this.#agent = agent;
    this.#hello = hello;
    queueMicrotask(() => this.dispatchEvent(new Event("open")));
  }

  get asSocket(): Socket {
    return this as unknown as Socket;
  }

  send(text: string): void {
    const { do: verb, id } = JSON.parse(text) as { do: string; id?: string };
    if (verb === "hello") this.#welcome();
    else if (verb === "subscribe") this.#say({ ...this.#conversation(), id });
    else if (id !== undefined) this.#say({ event: "Done", id });
  }

  close(): void {}

  #welcome(): void {
    const you = { kind: "visitor", id: "1", name: null, formSent: false };
    this.#say({ event: "Welcome", protocol: 1, you, topic: "chat.1", site: { online: true } });
    this.#say({ event: "Snapshot", topic: "site.1", online: true, agents: [{ name: this.#agent, avatar: "fern" }] });
  }

  #conversation(): object {
    const agent = { id: "1", name: this.#agent, avatar: "fern", colour: 1 };
    const at = Date.now();
    const common = { topic: "chat.1", chat: "1", at };
    const body = { kind: "text", text: this.#hello };
    return {
      event: "Subscribed",
      topic: "chat.1",
      from: 0,
      head: 3,
      reset: true,
      entries: [
        {
          ...common,
          n: 1,
          after: 0,
          event: "ChatOpened",
          by: { kind: "visitor", name: "" },
          body: { form: "needed", offline: false },
        },
        { ...common, n: 2, after: 1, event: "MessageSent", by: { kind: "agent", ...agent }, body },
        { ...common, n: 3, after: 2, event: "MessageSent", by: { kind: "visitor", name: "" }, body },
      ],
      chat: { id: "1", state: "active", form: "needed", offline: false },
      marks: noMarks,
      people: {
        visitor: { name: null, online: true },
        agents: [{ ...agent, status: "online", here: true }],
        queue: null,
      },
    };
  }

  #say(frame: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
}
