// The ring and the tone of the console: who may sound, and when.

import type { Sound } from "./attention.ts";
import { type Note, perform, tone } from "./notes.ts";

/** Two calls of a small bell, a fourth apart. */
const ring: readonly Note[] = [0, 0.9].flatMap((start) => [
  { startSeconds: start, hertz: 784, lengthSeconds: 0.5, loudness: 0.22 },
  { startSeconds: start + 0.18, hertz: 1_046.5, lengthSeconds: 0.7, loudness: 0.2 },
]);

const scores: Readonly<Record<Sound, readonly Note[]>> = { ring, tone };
const onKey = "parley.sound";
/** A burst of news is one sound. Two tabs hear the same news within this time; only the first of them sounds. */
const turnMilliseconds = 1_200;

export class Sounds {
  #context: AudioContext | null = null;
  #isOn = readIsOn();
  readonly #quietUntil = new Map<Sound, number>();

  get isOn(): boolean {
    return this.#isOn;
  }

  set isOn(isOn: boolean) {
    this.#isOn = isOn;
    try {
      localStorage.setItem(onKey, isOn ? "on" : "off");
    } catch {
      // Then it holds for this page.
    }
  }

  /** Browsers keep pages silent until somebody touched them; the first touch is enough. */
  wakeOnTouch(signal: AbortSignal): void {
    const wake = (): void => void this.#audio()?.resume().catch(() => {});
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, wake, { once: true, signal });
    signal.addEventListener("abort", () => void this.#context?.close().catch(() => {}));
  }

  play(sound: Sound): void {
    const now = performance.now();
    if (!this.#isOn || now < (this.#quietUntil.get(sound) ?? 0)) return;
    this.#quietUntil.set(sound, now + turnMilliseconds);
    this.#inTurn(sound, () => this.#perform(scores[sound]));
  }

  #inTurn(sound: Sound, action: () => void): void {
    const { locks } = navigator as { readonly locks?: LockManager };
    if (locks === undefined) return action();
    locks.request(`parley.sound.${sound}`, { ifAvailable: true }, (lock) => {
      if (lock === null) return;
      action();
      return new Promise<void>((resolve) => setTimeout(resolve, turnMilliseconds));
    }).catch(() => {});
  }

  #perform(notes: readonly Note[]): void {
    // Made by the first touch; before it the browser would only complain.
    const audio = this.#context;
    if (audio?.state !== "running") return;
    perform(notes, audio);
  }

  #audio(): AudioContext | null {
    if (!("AudioContext" in globalThis)) return null;
    return this.#context ??= new AudioContext();
  }
}

function readIsOn(): boolean {
  try {
    return localStorage.getItem(onKey) !== "off";
  } catch {
    return true;
  }
}
