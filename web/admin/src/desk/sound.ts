/** A short tone. Silent where the browser wants a click first: nothing is missed, the count in the title is there as well. */
let context: AudioContext | null = null;

export function ring(): void {
  try {
    context ??= new AudioContext();
    const tone = context.createOscillator();
    const volume = context.createGain();
    const now = context.currentTime;
    tone.frequency.setValueAtTime(660, now);
    tone.frequency.setValueAtTime(880, now + 0.12);
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
    tone.connect(volume).connect(context.destination);
    tone.start(now);
    tone.stop(now + 0.4);
  } catch {
    // A machine without sound.
  }
}
