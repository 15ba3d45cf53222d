// Brings the bytes of a file to the server, with progress (E41c). XMLHttpRequest, because fetch does not tell how much was sent.

import { type Clock, realClock } from "./clock.ts";
import type { Upload } from "./outbox.ts";
import type { Refused, StoredFile } from "./wire.ts";

export interface UploaderOptions {
  /** Empty for the page's own. */
  readonly origin: string;
  /** Of a visitor; an agent has a session. */
  readonly authorization: string | null;
  /** What is said when nobody could be reached, in the reader's language. */
  readonly unreachable: string;
  readonly openRequest?: () => XMLHttpRequest;
  readonly clock?: Clock;
}

/** Waiting times between tries; after the last one a person decides. */
const retrySeconds = [1, 3, 8, 20, 30];
/** An upload that does not move for so long is dead, even if the line was never reported cut. */
const stallLimitMilliseconds = 45_000;

export function makeUpload(options: UploaderOptions): Upload {
  const tries = new WeakMap<File, number>();

  return async (topic, content, progress, signal) => {
    const answer = await post(options, topic, content, progress, signal);
    if (answer !== null) {
      tries.delete(content);
      return answer;
    }
    const tried = tries.get(content) ?? 0;
    const retryAfterSeconds = retrySeconds[tried];
    tries.set(content, retryAfterSeconds === undefined ? 0 : tried + 1);
    const refused = { event: "Refused", reason: "unreachable", text: options.unreachable } as const;
    return retryAfterSeconds === undefined ? refused : { ...refused, retryAfterSeconds };
  };
}

/** Null when no answer came that can be understood. */
function post(
  { origin, authorization, openRequest, clock = realClock }: UploaderOptions,
  topic: string,
  content: File,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<StoredFile | Refused | null> {
  return new Promise((resolve) => {
    const request = openRequest?.() ?? new XMLHttpRequest();
    let cancelStall = (): void => {};
    const expectMovement = (): void => {
      cancelStall();
      cancelStall = clock.after(stallLimitMilliseconds, () => request.abort());
    };
    const conversation = topic.slice("chat.".length);
    request.open("POST", `${origin}/api/v1/chats/${conversation}/files?name=${encodeURIComponent(content.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    if (authorization !== null) request.setRequestHeader("Authorization", authorization);
    request.upload.onprogress = ({ loaded, total }) => {
      expectMovement();
      if (total > 0) progress(loaded / total);
    };
    // Also after an error, an abort and a limit.
    request.onloadend = () => {
      cancelStall();
      resolve(readAnswer(request.responseText));
    };
    signal.addEventListener("abort", () => request.abort());
    expectMovement();
    request.send(content);
  });
}

function readAnswer(text: string): StoredFile | Refused | null {
  try {
    const answer = JSON.parse(text) as StoredFile | Omit<Refused, "event">;
    if ("file" in answer) return answer;
    return "reason" in answer ? { ...answer, event: "Refused" } : null;
  } catch {
    return null;
  }
}
