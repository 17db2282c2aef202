/**
 * Codecs: how a record is kept as JSON and read back. What is kept names its format, so that a version that knows a
 * later one upgrades it, and a version that does not refuses it.
 */
import { z } from 'zod';
import { TidewatchError } from './errors.ts';

export interface Codec<T> {
  /** The format that is written, such as `tidewatch-duel/1`. */
  readonly format: string;
  /** The record as a JSON object, with its format. */
  encode(value: T): object;
  /**
   * The record that `encode` wrote, in this format or an older one; members that are not known stay. Error
   * `record-invalid` where the format is newer, or something is missing or of the wrong type.
   * @param place what errors call it, such as "The duel of model abc".
   */
  decode(json: unknown, place: string): T;
}

/** Makes the next version of a record: what is to be checked, not what has been. */
export type Upgrade = (older: unknown) => unknown;

export interface CodecOptions<T> {
  /** Its format is `tidewatch-<name>/<version>`. */
  readonly name: string;
  /** What must be there; members that it does not name are left alone. */
  readonly schema: z.ZodType<T>;
  /** In the order of the versions. The first takes version 0, which was written before records named their format. */
  readonly upgrades: readonly [Upgrade, ...Upgrade[]];
  /** What to do about a record that is damaged, as a sentence. */
  readonly remedy?: string;
}

const RESTORE = 'Restore the state from a copy.';

/** The version of a codec is the number of its upgrades. */
export function createCodec<T extends object>(options: CodecOptions<T>): Codec<T> {
  const { name, schema, upgrades, remedy = RESTORE } = options;
  const format = formatOf(name, upgrades.length);
  const refuse = (place: string, found: unknown, what: string, cause?: unknown): TidewatchError =>
    new TidewatchError('record-invalid', `${place} cannot be read: ${what}`, {
      details: { record: name, place, found, expected: format },
      ...(cause === undefined ? {} : { cause }),
    });
  return {
    format,
    encode: (value) => ({ format, ...value }),
    decode(json, place) {
      const { found, version, value } = versionOf(json, name);
      if (version === null) {
        throw refuse(place, found, `its format is "${found}", expected "${format}". ${remedy}`);
      }
      if (version > upgrades.length) {
        const what = `its format is "${found}", written by a newer version of Tidewatch; this one reads up to "${format}". Upgrade Tidewatch.`;
        throw refuse(place, found, what);
      }
      const upgraded = upgrades.slice(version).reduce((older, upgrade) => upgrade(older), value);
      const checked = schema.safeParse(upgraded);
      if (checked.success) return upgraded as T;
      const faults = z.prettifyError(checked.error).replaceAll('\n', ' ');
      throw refuse(place, found, `${faults}. ${remedy}`, checked.error);
    },
  };
}

function formatOf(name: string, version: number): string {
  return `tidewatch-${name}/${version}`;
}

interface Versioned {
  /** The format that it names; null: none. */
  readonly found: string | null;
  /** null: it is the format of something else. */
  readonly version: number | null;
  /** Without its format. */
  readonly value: unknown;
}

const OWN_FORMAT = /^tidewatch-([a-z-]{1,40})\/([1-9]\d{0,5})$/;

/** A `format` that is not one of ours is a member of the record, which is then of version 0. */
function versionOf(json: unknown, name: string): Versioned {
  const isObject = typeof json === 'object' && json !== null && 'format' in json;
  const [found, of, version] = (isObject && OWN_FORMAT.exec(String(json.format))) || [];
  if (!isObject || found === undefined) return { found: null, version: 0, value: json };
  const { format: _, ...value } = json;
  return { found, version: of === name ? Number(version) : null, value };
}

/** A schema for each member of T, all that are not optional; T may have members that are not listed where they are. */
type Shape<T> = {
  readonly [K in keyof T]: z.ZodType<object extends Pick<T, K> ? T[K] | undefined : T[K]>;
};

/** The schema of a record whose members are checked; others pass. */
export function shapeOf<T>(shape: Shape<T>): z.ZodType<T> {
  return z.object(shape) as unknown as z.ZodType<T>;
}

/** A list of which the first entry is checked: the others were written with it, and there may be thousands. */
export function arrayOf<T>(entry: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.custom<readonly T[]>(
    (value) => Array.isArray(value) && (value.length === 0 || entry.safeParse(value[0]).success),
    'expected a list of such entries',
  );
}

/** Any object: what its members are depends on the version that wrote it, and their readers look for themselves. */
export function anyObject<T extends object>(): z.ZodType<T> {
  return z.custom<T>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'expected an object',
  );
}
