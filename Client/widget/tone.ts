// One soft note when an answer comes and nobody is looking. Made of a sine wave: no file to load.

export class Tone {
  #audio: AudioContext | undefined;

  /** Silent before the first touch of the page: a browser would only complain. */
  play(): void {
    if (!navigator.userActivation.hasBeenActive) return;
    const audio = this.#audio ??= new AudioContext();
    const start = audio.currentTime;
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.4);
    const voice = new OscillatorNode(audio, { frequency: 880 });
    voice.connect(volume).connect(audio.destination);
    voice.start();
    voice.stop(start + 0.4);
  }
}
