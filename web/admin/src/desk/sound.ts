/** Short tones, another for each kind of alert. Silent where the browser wants a click first: nothing is missed, the count in the title is there as well. */
import { useAlertChoice, type Volume } from "./alertChoice.ts";
import type { Alert } from "./alerts.ts";

/** What is heard, one tone after the other, in hertz. */
const TONES: Readonly<Record<Alert | "told", readonly number[]>> = {
  waiting: [660, 880],
  assigned: [523, 659, 784],
  message: [880],
  woken: [784, 587],
  told: [587, 587],
};
const LOUDNESS: Readonly<Record<Volume, number>> = { low: 0.03, medium: 0.08, high: 0.2 };
const STEP_S = 0.14;
const FADE_S = 0.3;

let context: AudioContext | null = null;

/** `told`: what the server notifies of. */
export function ring(kind: Alert | "told"): void {
  try {
    context ??= new AudioContext();
    const tone = context.createOscillator();
    const volume = context.createGain();
    const now = context.currentTime;
    const tones = TONES[kind];
    for (const [at, hertz] of tones.entries()) tone.frequency.setValueAtTime(hertz, now + at * STEP_S);
    const end = now + (tones.length - 1) * STEP_S + FADE_S;
    volume.gain.setValueAtTime(LOUDNESS[useAlertChoice.getState().volume], now);
    volume.gain.exponentialRampToValueAtTime(0.001, end);
    tone.connect(volume).connect(context.destination);
    tone.start(now);
    tone.stop(end);
  } catch {
    // A machine without sound.
  }
}
