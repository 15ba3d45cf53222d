// Sounds made of sine waves: no file to load, and quiet enough to live with all day.

export interface Note {
  readonly startSeconds: number;
  readonly hertz: number;
  readonly lengthSeconds: number;
  readonly loudness: number;
}

/** One soft note: a message came. */
export const tone: readonly Note[] = [{ startSeconds: 0, hertz: 880, lengthSeconds: 0.28, loudness: 0.12 }];

export function perform(notes: readonly Note[], audio: AudioContext): void {
  for (const { startSeconds, hertz, lengthSeconds, loudness } of notes) {
    const start = audio.currentTime + startSeconds;
    const end = start + lengthSeconds;
    const voice = new OscillatorNode(audio, { frequency: hertz });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loudness, start + 0.015);
    // A bell fades; it must not reach zero, which an exponential never does.
    volume.gain.exponentialRampToValueAtTime(0.0001, end);
    voice.connect(volume).connect(audio.destination);
    voice.start(start);
    voice.stop(end);
  }
}
