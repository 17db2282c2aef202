/** How long work tells where it is; the command line draws it, the server streams it. */

export interface ProgressEvent {
  /** What is being done, for people: "reading part3.csv". */
  readonly label: string;
  /** Units done so far. */
  readonly done: number;
  /** Units in all, where it is known. */
  readonly total?: number;
  /** A step is named and not counted: it says where a run is. */
  readonly unit: 'bytes' | 'rows' | 'files' | 'fits' | 'trees' | 'steps';
}

export type Progress = (event: ProgressEvent) => void;

export const silentProgress: Progress = () => {};
