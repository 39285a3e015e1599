/** One bench: what it measures, and the lines it adds to the table. */
export interface Bench {
  /** What `--only` takes. */
  readonly name: string;
  /** One line for the reader of the run. */
  readonly about: string;
  run(options: BenchOptions): Promise<readonly Line[]>;
}

export interface BenchOptions {
  /** Shorter runs for whoever works on the hub; the figures are rougher. */
  readonly quick: boolean;
  /** The sizes DESIGN.md speaks of where the default is smaller to stay short. */
  readonly full: boolean;
  /** Folder for databases of this run, on the disk that is to be measured; removed at the end. */
  readonly folder: string;
  /** Folder that stays between runs, for what was downloaded or compiled. */
  readonly cache: string;
  /** Folder for a CPU profile of every hub process, or undefined. */
  readonly profiles: string | undefined;
  /** Say what is going on, or what a reader of the figures must know. */
  note(text: string): void;
}

/** One row of the table. */
export interface Line {
  readonly name: string;
  readonly measured: number;
  readonly unit: string;
  /** The budget of DESIGN.md, or a figure derived from it; lines without one are there to explain the others. */
  readonly budget?: Budget;
}

export type Budget = { readonly atMost: number } | { readonly atLeast: number };
