/** Clients with a plain rule, as CSV: few rows from which a model learns the rule, or is wrong about its opposite. */
const HEADER = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees,exited';

export interface ClientsOptions {
  /** Number of the first client; another number makes other clients. */
  readonly from?: number;
  readonly rows: number;
  /** Whether the active clients leave instead of the inactive ones. */
  readonly flipped?: boolean;
}

/** Rows without the header: a client leaves where its last month was quiet, with one exception in eleven. */
export function clientRows({ from = 0, rows, flipped = false }: ClientsOptions): string[] {
  return Array.from({ length: rows }, (_, index) => {
    const number = from + index;
    const activity = (number * 37) % 101;
    const leaves = (activity < 50 !== (number % 11 === 0)) !== flipped;
    return `client${number},${activity},${(number * 53) % 997},${1 + (number % 40)},${leaves ? 1 : 0}`;
  });
}

/** Those clients as the text of a CSV file. */
export function clientsCsv(options: ClientsOptions): string {
  return csvOf(clientRows(options));
}

/** Rows as the text of a CSV file with the header of the original system. */
export function csvOf(rows: readonly string[]): string {
  return `${[HEADER, ...rows].join('\n')}\n`;
}
