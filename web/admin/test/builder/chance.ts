/** Chance that is the same each time. */
export class Chance {
  constructor(private seed: number) {}

  /** A number from 0 up to, but not including, 1. */
  next(): number {
    this.seed = (Math.imul(this.seed ^ (this.seed >>> 15), 0x2c1b3c6d) + 0x297a2d39) | 0;
    let it = this.seed;
    it = Math.imul(it ^ (it >>> 12), 0x6d2b79f5);
    return ((it ^ (it >>> 15)) >>> 0) / 4_294_967_296;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.next() < 0.3);
  }
}
