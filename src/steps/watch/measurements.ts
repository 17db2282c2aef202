/** The numbers of a look that are followed over time. */
import type { Estimate } from '../../core/document/document.ts';
import { DRIFT_METHOD_NAMES, DRIFT_METHODS, readingsOf } from '../../core/monitor/inputs/methods.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { NewMeasurement } from '../../store/port/measurements.ts';

type Where = Pick<NewMeasurement, 'runId' | 'at'> & { readonly modelVersion: string };
type Measured = Omit<NewMeasurement, 'runId' | 'at' | 'modelVersion'>;

/** Ends of what is kept of evidence, which grows without bound and shrinks to nothing. */
const MIN_EVIDENCE = 1e-3;
const MAX_EVIDENCE = 1e300;

/** What was not defined is left out. */
export function measurementsOf(check: DriftCheck, where: Where): readonly NewMeasurement[] {
  const measured = [
    ...performanceOf(check),
    ...estimatesOf(check),
    ...check.segments.flatMap(({ segment, rows, labelled, f1, flaggedShare, pValue }) => [
      ...estimate('f1-new', f1, segment),
      { name: 'flagged-share' as const, label: segment, value: flaggedShare, rows },
      ...number('p-value', pValue, labelled, segment),
    ]),
    ...inputsOf(check),
  ];
  return measured.map((each) => ({ ...each, ...where }));
}

function performanceOf(check: DriftCheck): Measured[] {
  const { estimate: f1, rows, drift, verdicts, risk, monitor, metrics } = check;
  const log10 = risk?.log10 ?? null;
  return [
    ...estimate('f1-new', f1),
    ...estimate('roc-auc-new', metrics?.rocAuc ?? null),
    ...estimate('log-loss-new', metrics?.logLoss ?? null),
    ...estimate('positive-share', metrics?.baseRate ?? null),
    { name: 'rows-new', value: rows },
    { name: 'drift-alarm', value: Number(drift), rows },
    ...number('p-value', verdicts.significant.pValue, rows),
    ...number('e-value', monitor.f1.eValue, monitor.rows),
    ...number(
      'sr',
      log10 === null ? null : Math.min(MAX_EVIDENCE, Math.max(MIN_EVIDENCE, 10 ** log10)),
      risk?.rows ?? 0,
    ),
  ];
}

function estimatesOf({ estimated }: DriftCheck): Measured[] {
  if (estimated === null) return [];
  const { shift, method } = estimated;
  const [made, cbpe] = [estimated.estimate.metrics.f1, shift?.cbpe.metrics.f1 ?? null];
  return [
    ...estimate('f1-estimated', method === 'cbpe' ? made : cbpe),
    ...estimate('f1-adapted', method === 'pape' ? made : null),
    ...number('coverage', shift?.coverage.share ?? null, estimated.sampled),
  ];
}

function inputsOf({ inputs }: DriftCheck): Measured[] {
  if (inputs === null) return [];
  const { current: rows } = inputs.rows;
  const psis = inputs.columns.flatMap(({ psi }) => psi?.corrected ?? []);
  return [
    ...number('psi-max', psis.length === 0 ? null : Math.max(...psis), rows),
    {
      name: 'drift-columns',
      value: inputs.columns.filter(({ verdict }) => verdict === 'drift').length,
      rows,
    },
    ...estimate('domain-auc', inputs.domain?.auc ?? null),
    ...inputs.columns.flatMap((column) => {
      const readings = readingsOf(column);
      return DRIFT_METHOD_NAMES.flatMap((method) => {
        const { measure } = DRIFT_METHODS[method];
        return measure === null ? [] : number(measure, readings[method]?.value ?? null, rows, column.name);
      });
    }),
  ];
}

function estimate(name: Measured['name'], made: Estimate | null, label?: string): Measured[] {
  if (made === null) return [];
  const { value, low, high, level, rows } = made;
  return [{ name, value, low, high, level, rows, ...(label === undefined ? {} : { label }) }];
}

function number(name: Measured['name'], value: number | null, rows: number, label?: string): Measured[] {
  return value === null ? [] : [{ name, value, rows, ...(label === undefined ? {} : { label }) }];
}
