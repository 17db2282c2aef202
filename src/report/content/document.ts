/** What a report is before it is PDF or HTML: sections of blocks, plain data that may cross to a thread. */
import type { ChartSpec } from '../charts/chart.ts';

export interface ReportContent {
  readonly title: string;
  /** What it is about, in a line. */
  readonly subtitle: string;
  /** Time of the newest value in it, ISO 8601, UTC. */
  readonly asOf: string;
  /** Version of Tidewatch. */
  readonly version: string;
  readonly sections: readonly Section[];
}

export interface Section {
  /** Stable name: the anchor of the section. */
  readonly id: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export type Block = Heading | Paragraph | List | Callout | Facts | DataTable | Figures;

export interface Heading {
  readonly kind: 'heading';
  readonly text: string;
}

export interface Paragraph {
  readonly kind: 'text';
  readonly text: string;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly string[];
}

/** The state in a sentence. The tone is told by the title, too, never by colour alone. */
export interface Callout {
  readonly kind: 'callout';
  readonly tone: 'good' | 'attention' | 'plain';
  readonly title: string;
  readonly text: string;
}

/** Key figures. */
export interface Facts {
  readonly kind: 'facts';
  readonly items: readonly { readonly name: string; readonly value: string; readonly note: string }[];
}

export interface DataTable {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly Column[];
  /** Texts of the cells; the first of a row names it. */
  readonly rows: readonly (readonly string[])[];
  /** What was left out, such as "and 80 more"; null: nothing. */
  readonly more: string | null;
}

export interface Column {
  readonly header: string;
  /** Numbers stand to the right. */
  readonly align?: 'left' | 'right';
  /** Whether it holds sentences and may be as wide as there is room. */
  readonly wide?: boolean;
}

/** Pictures side by side where there is room. */
export interface Figures {
  readonly kind: 'figures';
  readonly items: readonly Figure[];
}

export interface Figure {
  /** Name of the chart. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  /** Without its title, which is text of the report. */
  readonly chart: ChartSpec;
}
