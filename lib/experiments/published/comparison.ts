/** One published number beside ours. */
export interface Published {
  /** Where it was published. */
  readonly source: string;
  readonly cell: string;
  readonly published: number;
  readonly reproduced: number | null;
  /** The largest difference that counts as agreement, as a share of the published number. */
  readonly tolerance: number;
  readonly ok: boolean;
  /** What is no measured number but a formula evaluated: the published one only, or both. Where it is missing, neither is. */
  readonly formula?: "published" | "both";
  /** Why they differ, where they do. */
  readonly note?: string;
}

/** The published numbers of one source, and the runs that reproduce them. */
export interface Comparison {
  /** Authors, year, table or figure. */
  readonly source: string;
  compare(source: string): Published[];
}

/** A published number beside ours; `ok` if they differ by at most `tolerance`, a share of the published one. */
export function cell(source: string, name: string, published: number, reproduced: number, tolerance: number, note?: string): Published {
  return { source, cell: name, published, reproduced, tolerance, ok: Math.abs(reproduced - published) <= tolerance * published, ...(note === undefined ? {} : { note }) };
}

/** A cell whose published number is a closed form, evaluated; with `ours` "too", ours is as well. */
export function closedForm(made: Published, ours?: "too"): Published {
  return { ...made, formula: ours === undefined ? "published" : "both" };
}
