// One soft note when an answer comes and nobody is looking.

import { perform, tone } from "../elements/notes.ts";

export class Tone {
  #audio: AudioContext | undefined;

  /** Silent before the first touch of the page: a browser would only complain. */
  play(): void {
    if (navigator.userActivation.hasBeenActive) perform(tone, this.#audio ??= new AudioContext());
  }
}
