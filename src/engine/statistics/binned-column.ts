/** A column with the bins of a boosted feature: the bin of each of its values, here and as SQL. */

import { TidewatchError } from '../../base/errors.ts';
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import type { FeatureBins } from '../../core/learners/boosting/binner.ts';
import { createNumberEncoder, MISSING_BIN } from '../../core/statistics/number-encoder.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { placeSql } from './place-sql.ts';
import type { SqlTable } from './statistic.ts';

export interface BinnedColumn {
  readonly name: string;
  readonly bins: FeatureBins;
  /** The level of each code that the bins are of; none where they are of numbers. */
  readonly levels: readonly string[];
}

/** Bins of the values of a batch; missing ones and levels that are not known are in MISSING_BIN. */
export function binReader({ name, bins, levels }: BinnedColumn): (vector: SourceColumn) => Uint8Array {
  if (bins.kind === 'numeric') {
    const encode = createNumberEncoder(bins.cuts, Number.POSITIVE_INFINITY);
    return (vector) => {
      const values = numericValues(name, vector);
      const codes = new Uint8Array(values.length);
      encode(values, codes, 0);
      return codes;
    };
  }
  const binOf = new Map(levels.map((level, code) => [level, bins.binOf[code] ?? MISSING_BIN]));
  const binOfLevel = (level: string | null): number =>
    level === null ? MISSING_BIN : (binOf.get(level) ?? MISSING_BIN);
  return (vector) => {
    switch (vector.kind) {
      case 'categorical': {
        const binOfCode = Uint8Array.from(vector.levels, binOfLevel);
        return Uint8Array.from(vector.codes, (code) => binOfCode[code] ?? MISSING_BIN);
      }
      case 'text':
        return Uint8Array.from(vector.values, binOfLevel);
      case 'numeric':
        throw new TidewatchError(
          'value-invalid',
          `Column ${name} came as numbers: expected levels, which its bins are of.`,
        );
    }
  };
}

/** The values of the column. */
export function valueSql({ name, bins }: BinnedColumn, table: SqlTable, dialect: Dialect): string {
  return bins.kind === 'numeric' ? dialect.double(table.column(name)) : dialect.string(table.column(name));
}

/** The bin of one of its values, an expression to be repeated at will; never NULL. */
export function binSql({ bins, levels }: BinnedColumn, value: string, dialect: Dialect): string {
  if (bins.kind === 'numeric') {
    const place = placeSql(Array.from(bins.cuts, dialect.number), (cut) => `${value} > ${cut}`);
    return `CASE WHEN ${value} IS NULL THEN ${MISSING_BIN} ELSE ${place} END`;
  }
  if (levels.length === 0) return String(MISSING_BIN);
  const cases = levels.map(
    (level, code) => `WHEN ${dialect.text(level)} THEN ${bins.binOf[code] ?? MISSING_BIN}`,
  );
  return `CASE ${value} ${cases.join(' ')} ELSE ${MISSING_BIN} END`;
}
