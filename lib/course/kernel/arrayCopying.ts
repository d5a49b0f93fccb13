const methods = (element: string) => `
  toReversed(): ${element}[];
  toSorted(compareFn?: (a: ${element}, b: ${element}) => number): ${element}[];
  toSpliced(start: number, deleteCount?: number): ${element}[];
  toSpliced(start: number, deleteCount: number, ...items: ${element}[]): ${element}[];
  with(index: number, value: ${element}): ${element}[];
`;

/** The methods of ES2023 that every supported Node has and the library files of TypeScript 5.0 do not. */
export const arrayCopying: string = `
interface Array<T> {${methods("T")}}
interface ReadonlyArray<T> {${methods("T")}}
`;
