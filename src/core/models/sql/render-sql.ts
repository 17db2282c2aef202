/** A model as one SELECT, so that a database scores its own rows. */

import { LARGEST_NUMBER } from '../../columns/number-limit.ts';
import { derivedWords } from '../../derived/derived-column.ts';
import type { BoostedTreesParameters, LogisticParameters, ModelDocument } from '../../document/document.ts';
import { partsOf } from '../learners.ts';
import { calibrationStages, type Stage } from './calibration-sql.ts';
import { type DerivedStages, derivedStages, tableColumnsOf } from './derived-sql.ts';
import { type DialectRules, dialectRules, type SqlDialect, tableText } from './dialect.ts';
import { featureSql, type SourceColumnOf, textsOfLevels } from './feature-sql.ts';
import { refuseSameNames } from './same-names.ts';
import { treeSql } from './tree-sql.ts';

export interface SqlOptions {
  readonly dialect: SqlDialect;
  /** `clients`, or `schema.clients`. */
  readonly table: string;
}

/** Trees, or linear terms, that one stage adds. */
const TREES_IN_STAGE = 20;
const TERMS_IN_STAGE = 40;

/**
 * One SELECT that gives the client's id (if the model has one), `probability` (calibrated) and `class` (1: leaves) for
 * every row of the table. Each stage is a named sub-select; NULL is missing, and so is NaN where a database has it.
 * Sums are taken in the scorer's order. Error `value-invalid` where a name or a level cannot be written in SQL, or the
 * database takes two columns for one.
 */
export function renderSql(model: ModelDocument, options: SqlOptions): string {
  refuseSameNames(model, options.dialect);
  const rules = dialectRules(options.dialect);
  const used = model.inputs.filter(({ name }) => model.features.some(({ source }) => source === name));
  const columnOf: SourceColumnOf = (source) => `x${used.findIndex(({ name }) => name === source) + 1}`;
  const id = model.id === null ? [] : ['client'];
  const plain = used.flatMap(({ name, derived }) => (derived === undefined ? [columnOf(name)] : []));
  const inTable = (column: string) => `t.${rules.identifier(column)}`;
  const derived = derivedStages(used, columnOf, inTable, [...id, ...plain], options.dialect);
  const stages = [
    ...derived.stages,
    ...limitStages(used, id, rules),
    ...marginStages(model, id, columnOf, rules),
    ...calibrationStages(model.calibration, rules).map((stage) => ({
      ...stage,
      keeps: [...id, ...stage.keeps],
    })),
  ];
  const name = (stage: string) => `${stage}_${model.version}`;
  const texts = [inputsText(model, used, derived.raw, name('inputs'), options.table, rules)];
  let before = name('inputs');
  for (const stage of stages) {
    texts.push(stageText(stage, name(stage.name), before, rules));
    before = name(stage.name);
  }
  const select = [
    ...(model.id === null ? [] : [`client AS ${rules.identifier(model.id)}`]),
    'probability',
    `CASE WHEN probability > ${rules.number(model.threshold)} THEN 1 ELSE 0 END AS class`,
  ];
  return `${headOf(model)}WITH\n${texts.join(',\n')}\nSELECT ${select.join(', ')}\nFROM ${before}${fenced(rules)};\n`;
}

const KIND_TEXTS = {
  numeric: 'a number',
  categorical: 'a text, spelled as in finaldata.csv',
  date: 'a date, a time, or a text in ISO 8601 such as 2024-01-31; without a time zone it is in UTC',
} as const;

/** Comment lines that say which model this is and what the table must be like. */
function headOf({ version, target, inputs, id, threshold }: ModelDocument): string {
  const lines = [
    `Tidewatch model ${version}: the probability that ${JSON.stringify(target.column)} is ${JSON.stringify(target.positive)}.`,
    `class is 1 where the probability is greater than ${threshold}. Missing values are NULL. Columns of the table:`,
    ...(id === null ? [] : [`  ${JSON.stringify(id)}: the client, handed through`]),
    ...tableColumnsOf(inputs).map(({ name, kind }) => `  ${JSON.stringify(name)}: ${KIND_TEXTS[kind]}`),
    ...inputs.flatMap(({ name, derived }) =>
      derived === undefined
        ? []
        : [`${JSON.stringify(name)} is made of them: ${JSON.stringify(derivedWords(derived))}.`],
    ),
  ];
  return lines.map((line) => `-- ${line}\n`).join('');
}

/** The first stage: the source columns as doubles and texts. Names have their table, so that none is taken for a text. */
function inputsText(
  model: ModelDocument,
  used: ModelDocument['inputs'],
  raw: DerivedStages['raw'],
  name: string,
  table: string,
  rules: DialectRules,
): string {
  const columns = used.flatMap(({ name: source, kind, derived }, k) => {
    if (derived !== undefined) return [];
    const column = `t.${rules.identifier(source)}`;
    return [`${kind === 'numeric' ? rules.double(column) : rules.text(column)} AS x${k + 1}`];
  });
  columns.push(...raw.map(([column, text]) => `${text} AS ${column}`));
  if (model.id !== null) columns.unshift(`t.${rules.identifier(model.id)} AS client`);
  if (columns.length === 0) columns.push('1 AS x0');
  return `${name} AS (\n  SELECT ${columns.join(',\n    ')}\n  FROM ${tableText(rules, table)} AS t${fenced(rules)}\n)`;
}

/** Numbers beyond the limit at it, as the scorer has them: the margin of two that are further off may be none. */
function limitStages(used: ModelDocument['inputs'], id: readonly string[], rules: DialectRules): Stage[] {
  const [least, largest] = [rules.number(-LARGEST_NUMBER), rules.number(LARGEST_NUMBER)];
  const names = used.map((_, k) => `x${k + 1}`);
  const numbers = names.filter((_, k) => used[k]?.kind === 'numeric');
  if (numbers.length === 0) return [];
  const limited = (x: string) =>
    `CASE WHEN ${x} > ${largest} THEN ${largest} WHEN ${x} < ${least} THEN ${least} ELSE ${x} END`;
  return [
    {
      name: 'limited',
      keeps: [...id, ...names.filter((name) => !numbers.includes(name))],
      columns: Object.fromEntries(numbers.map((x) => [x, limited(x)])),
    },
  ];
}

function stageText(stage: Stage, name: string, before: string, rules: DialectRules): string {
  const columns = Object.entries(stage.columns).map(([column, text]) => `${text} AS ${column}`);
  const select = [...(stage.keeps.length === 0 ? [] : [stage.keeps.join(', ')]), ...columns];
  return `${name} AS (\n  SELECT ${select.join(',\n    ')}\n  FROM ${before}${fenced(rules)}\n)`;
}

function fenced({ fence }: DialectRules): string {
  return fence === '' ? '' : ` ${fence}`;
}

function marginStages(
  model: ModelDocument,
  id: readonly string[],
  columnOf: SourceColumnOf,
  rules: DialectRules,
): Stage[] {
  const { linear, trees } = partsOf(model.learner);
  if (trees === null) return linear === null ? [] : linearStages(model, linear, id, columnOf, rules);
  if (linear === null) return treeStages(model, trees, id, columnOf, rules, {});
  return ensembleStages(model, linear, trees, id, columnOf, rules);
}

/** The linear part is summed first and handed through the stages of the trees. */
function ensembleStages(
  model: ModelDocument,
  linear: LogisticParameters,
  trees: BoostedTreesParameters,
  id: readonly string[],
  columnOf: SourceColumnOf,
  rules: DialectRules,
): Stage[] {
  const sources = [...new Set(model.features.map(({ source }) => columnOf(source)))];
  const first = linearStages(model, linear, [...id, ...sources], columnOf, rules);
  return [
    ...first.map((stage, k) => ({ ...stage, name: `linear_${k + 1}`, keeps: [...new Set(stage.keeps)] })),
    ...treeStages(model, trees, [...id, 'linear_margin'], columnOf, rules, { linear_margin: 'margin' }),
    { name: 'margins', keeps: id, columns: { margin: 'linear_margin + margin' } },
  ];
}

function linearStages(
  model: ModelDocument,
  { coefficients, intercept }: LogisticParameters,
  id: readonly string[],
  columnOf: SourceColumnOf,
  rules: DialectRules,
): Stage[] {
  const textsOf = textsOfLevels(model.features);
  const terms = model.features
    .slice(0, coefficients.length)
    .map(
      (feature, j) =>
        `${rules.number(coefficients[j] as number)} * ${featureSql(feature, columnOf, textsOf, rules)}`,
    );
  const sources = [...new Set(model.features.map(({ source }) => columnOf(source)))];
  return sumStages(terms, TERMS_IN_STAGE, rules.number(intercept), [...id, ...sources], id);
}

function treeStages(
  model: ModelDocument,
  { base, trees }: BoostedTreesParameters,
  id: readonly string[],
  columnOf: SourceColumnOf,
  rules: DialectRules,
  added: Readonly<Record<string, string>>,
): Stage[] {
  const textsOf = textsOfLevels(model.features);
  const used = [...new Set(trees.flatMap((tree) => tree.feature.filter((index) => index >= 0)))];
  const name = (feature: number) => `f${feature + 1}`;
  const columns = used
    .toSorted((a, b) => a - b)
    .flatMap((index) => {
      const feature = model.features[index];
      return feature === undefined
        ? []
        : [[name(index), featureSql(feature, columnOf, textsOf, rules)] as const];
    });
  const levelsOf = (index: number): number => {
    const feature = model.features[index];
    return feature?.kind === 'category' ? feature.levels.length : 0;
  };
  const terms = trees.flatMap((tree) => treeSql(tree, { rules, columnOf: name, levelsOf }));
  const names = columns.map(([column]) => column);
  const sums = sumStages(terms, TREES_IN_STAGE, rules.number(base), [...id, ...names], id);
  const made = { ...added, ...Object.fromEntries(columns) };
  if (Object.keys(made).length === 0) return sums;
  return [{ name: 'features', keeps: id.filter((name) => !(name in made)), columns: made }, ...sums];
}

/** Adds the terms to `start`, in order, so many a stage; the last stage keeps only `id` and `margin`. */
function sumStages(
  terms: readonly string[],
  size: number,
  start: string,
  columns: readonly string[],
  id: readonly string[],
): Stage[] {
  const count = Math.max(1, Math.ceil(terms.length / size));
  return Array.from({ length: count }, (_, k) => {
    const part = terms.slice(k * size, (k + 1) * size);
    return {
      name: `margins_${k + 1}`,
      keeps: k === count - 1 ? id : columns,
      columns: { margin: [k === 0 ? start : 'margin', ...part].join('\n    + ') },
    };
  });
}
