/** Canonical JSON: the same value always gives the same text. */
import { TidewatchError } from '../../base/errors.ts';

/**
 * Text of a plain value: keys sorted, two-space indentation, arrays of plain values on one line, every double
 * in its shortest form that reads back to the same bits (-0 too). Error `model-invalid` for a number that is
 * not finite, with the path to it; keys whose value is undefined are left out.
 */
export function renderJson(value: unknown): string {
  return render(value, '', '$');
}

function render(value: unknown, indent: string, path: string): string {
  if (typeof value === 'number') return renderNumber(value, path);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => render(item, deeper, `${path}[${index}]`));
    if (!value.some((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) {
      return `[${items.join(', ')}]`;
    }
    return `[\n${deeper}${items.join(`,\n${deeper}`)}\n${indent}]`;
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}: ${render(item, deeper, `${path}.${key}`)}`);
  return entries.length === 0 ? '{}' : `{\n${deeper}${entries.join(`,\n${deeper}`)}\n${indent}}`;
}

function renderNumber(value: number, path: string): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return String(value);
  throw new TidewatchError(
    'model-invalid',
    `The model holds ${value} at ${path}: expected a finite number. Nothing was written.`,
    { details: { path } },
  );
}
