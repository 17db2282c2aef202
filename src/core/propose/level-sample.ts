/** A random part of the levels of a column, each with all of its rows. */

interface Held<Level> {
  readonly hash: number;
  readonly level: Level;
}

/**
 * Distinct sampling (Gibbons 2001): levels whose hash is below a limit are held, and the limit is halved when they are
 * more than `maxLevels`. As the hash of a level never changes, a level that is held at the end was held from its first
 * row on, so what was counted of it is complete; rows would not do, since of a level in a sample of rows most rows are
 * missing.
 */
export class LevelSample<Level> {
  private readonly held = new Map<string, Held<Level>>();
  private limit = 2 ** 32;
  private readonly maxLevels: number;

  constructor(maxLevels: number) {
    this.maxLevels = maxLevels;
  }

  /** Counts a row of a level where it is held: `create` makes it, `count` counts a row in it. */
  add(text: string, hash: number, create: () => Level, count: (level: Level) => void = () => {}): void {
    if (hash >= this.limit) return;
    const known = this.held.get(text);
    if (known !== undefined) {
      count(known.level);
      return;
    }
    const level = create();
    count(level);
    this.held.set(text, { hash, level });
    while (this.held.size > this.maxLevels) this.halve();
  }

  values(): Level[] {
    return [...this.held.values()].map(({ level }) => level);
  }

  private halve(): void {
    this.limit /= 2;
    for (const [text, { hash }] of this.held) if (hash >= this.limit) this.held.delete(text);
  }
}
