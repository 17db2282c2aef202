/** Says why a text is no number in a style, and what to do. */
import { quoted } from '../../base/shorten.ts';
import { FLAG_UNIT } from './flags.ts';
import { type DecimalMark, type NumberStyle, numberReader, type ThousandsMark } from './number-style.ts';
import { parseNumberText } from './plain-number.ts';
import { shapeOf } from './value-shape.ts';

const MARKS: Readonly<Record<ThousandsMark, string>> = {
  ',': 'a comma',
  '.': 'a point',
  ' ': 'a blank',
  "'": 'an apostrophe',
};
const IN_INDIA = /^\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d*)?$/;

/** @param text trimmed; the reader of the style answers NaN for it. */
export function numberFault(text: string, style: NumberStyle): string {
  if (style.unit === FLAG_UNIT) return 'expected a word such as "yes" or "no", 1 or 0';
  const { unit, body } = shapeOf(text);
  return (
    unitFault(unit, body, style) ?? markFault(body, style) ?? `expected a number such as ${exampleOf(style)}`
  );
}

function unitFault(unit: string | null, body: string, style: NumberStyle): string | null {
  if (body === '') return null;
  if (style.unit === '%' && unit === null && !Number.isNaN(numberReader({ ...style, unit: null })(body))) {
    return 'expected a percent sign behind it ("12 %" is 0.12)';
  }
  if (unit === null || Number.isNaN(numberReader({ ...style, unit })(`${body}${unit}`))) return null;
  return style.unit === null
    ? `which bears ${quoted(unit)}; name it for the column in \`columns.units\` of config.json, or write numbers alone`
    : `which bears ${quoted(unit)}, and the numbers of this column ${quoted(style.unit)} (\`columns.units\` in config.json)`;
}

function markFault(body: string, style: NumberStyle): string | null {
  if (IN_INDIA.test(body)) {
    return 'which has groups of two digits, as in India; write it without marks of thousands';
  }
  const bareStyle = { ...style, unit: null };
  const other: DecimalMark = style.decimal === '.' ? ',' : '.';
  if (
    fits(body, { ...bareStyle, decimal: other, thousands: style.decimal }) &&
    !fitsAny(body, style.decimal)
  ) {
    return (
      `which has a decimal ${other === ',' ? 'comma' : 'point'}, and the configuration says a ` +
      `${style.decimal === ',' ? 'comma' : 'point'} (\`input.decimal\` in config.json)`
    );
  }
  const mark = (['.', ',', ' ', "'"] as const).find(
    (thousands) => thousands !== style.decimal && fits(body, { ...bareStyle, thousands }),
  );
  if (mark !== undefined) {
    const said = style.thousands === null ? 'there are no such marks' : `these are ${MARKS[style.thousands]}`;
    return `which has ${MARKS[mark]} between thousands, and the configuration says that ${said} (\`input.thousands\` in config.json)`;
  }
  if (style.thousands !== null && body.includes(style.thousands)) {
    return `which is no number in which ${MARKS[style.thousands]} stands between groups of three digits`;
  }
  return null;
}

function fits(body: string, style: NumberStyle): boolean {
  return !Number.isNaN(numberReader(style)(body));
}

function fitsAny(body: string, decimal: DecimalMark): boolean {
  const marks = [decimal === '.' ? ',' : '.', ' ', "'"] as const;
  return marks.some((thousands) => fits(body, { decimal, thousands, unit: null }));
}

/** Two numbers as the style writes them. */
function exampleOf({ decimal, unit }: NumberStyle): string {
  if (unit === '%') return `"12 %" or "-0${decimal}5 %"`;
  return unit === null ? `"12" or "-0${decimal}5"` : `"12", ${quoted(`12 ${unit}`)} or "-0${decimal}5"`;
}

/** The number as it was read, where the text does not show it; else nothing. */
export function readAs(text: string, value: number): string {
  return Number.isNaN(value) || parseNumberText(text) === value ? '' : ` (${value})`;
}
