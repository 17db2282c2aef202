/** From margin to calibrated probability in SQL, each stage naming what the next one uses more than once. */
import type { Calibration } from '../../document/document.ts';
import type { DialectRules } from './dialect.ts';

/** Columns that a stage adds to those it keeps, by name. */
export interface Stage {
  readonly name: string;
  readonly keeps: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
}

/** Margins beyond this are taken for it, as some databases fail where EXP under- or overflows. */
const FARTHEST = 700;

/** The stages from `margin` to `probability`. */
export function calibrationStages(calibration: Calibration, rules: DialectRules): Stage[] {
  const n = rules.number;
  switch (calibration.kind) {
    case 'none':
      return sigmoidStages('margin', 'probability', rules);
    case 'platt': {
      const logit = `${n(calibration.slope)} * margin + ${n(calibration.intercept)}`;
      return [stage('logits', [], { logit }), ...sigmoidStages('logit', 'probability', rules)];
    }
    case 'beta':
      return [...betaLogit(calibration, rules), ...sigmoidStages('logit', 'probability', rules)];
    case 'isotonic': {
      const probability = isotonicSql(calibration.from, calibration.to, rules);
      return [...sigmoidStages('margin', 'raw', rules), stage('calibrated', [], { probability })];
    }
  }
}

const stage = (name: string, keeps: readonly string[], columns: Stage['columns']): Stage => ({
  name,
  keeps,
  columns,
});

/** e^-|x|, safe at every x. */
function decaySql(x: string, rules: DialectRules): string {
  const far = rules.number(-FARTHEST);
  return `EXP(CASE WHEN ABS(${x}) > ${rules.number(FARTHEST)} THEN ${far} ELSE -ABS(${x}) END)`;
}

function sigmoidStages(x: string, name: string, rules: DialectRules): Stage[] {
  const one = rules.number(1);
  const numerator = `CASE WHEN ${x} >= ${rules.number(0)} THEN ${one} ELSE decay END`;
  return [
    stage(`${name}_decays`, [x], { decay: decaySql(x, rules) }),
    stage(`${name}_values`, [], { [name]: `${numerator} / (${one} + decay)` }),
  ];
}

/** logit = -a softplus(-margin) + b softplus(margin) + c, with softplus(x) = max(x, 0) + ln(1 + e^-|x|). */
function betaLogit({ a, b, c }: Extract<Calibration, { kind: 'beta' }>, rules: DialectRules): Stage[] {
  const n = rules.number;
  const above = `CASE WHEN margin > ${n(0)} THEN margin ELSE ${n(0)} END`;
  const below = `CASE WHEN margin < ${n(0)} THEN -margin ELSE ${n(0)} END`;
  return [
    stage('softplus', ['margin'], { bend: `LN(${n(1)} + ${decaySql('margin', rules)})` }),
    stage('logits', [], { logit: `${n(-a)} * (${below} + bend) + ${n(b)} * (${above} + bend) + ${n(c)}` }),
  ];
}

/** Linear between knots, flat outside; a value at a knot belongs to the piece that begins there. */
function isotonicSql(from: readonly number[], to: readonly number[], { number }: DialectRules): string {
  const at = (values: readonly number[], k: number) => values[k] as number;
  const cases = from.slice(1).map((x1, k) => {
    const [x0, y0, y1] = [at(from, k), at(to, k), at(to, k + 1)];
    const value =
      y1 === y0
        ? number(y0)
        : `${number(y0)} + ${number(y1 - y0)} * (raw - ${number(x0)}) / ${number(x1 - x0)}`;
    return `WHEN raw < ${number(x1)} THEN ${value}`;
  });
  const first = `WHEN raw <= ${number(at(from, 0))} THEN ${number(at(to, 0))}`;
  return `CASE ${[first, ...cases].join('\n      ')}\n      ELSE ${number(at(to, to.length - 1))} END`;
}
