/** Tells by its header that the fields of a file are separated by something else than commas. */

const SEPARATORS = [
  { character: ';', name: 'semicolons' },
  { character: '\t', name: 'tabs' },
  { character: '|', name: 'bars' },
] as const;

/**
 * Why a file is no CSV whose first line is `raw`, read as `names` (none where it cannot be): another separator finds
 * more of the `wanted` columns in it, or several fields where commas find one. null where none does.
 */
export function otherSeparator(
  names: readonly string[],
  raw: string,
  wanted: readonly string[],
): string | null {
  const known = new Set(wanted);
  const count = (fields: readonly string[]) => fields.filter((field) => known.has(field)).length;
  const separator = SEPARATORS.find(
    ({ character }) =>
      raw.includes(character) && (names.length === 1 || count(fieldsOf(raw, character)) > count(names)),
  );
  if (separator === undefined) return null;
  return (
    `its fields are separated by ${separator.name}; expected commas. Save it as "CSV, comma separated, UTF-8", with a ` +
    'point in decimal numbers'
  );
}

function fieldsOf(raw: string, separator: string): string[] {
  return raw.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
}
