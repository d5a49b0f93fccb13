/** A prefix code: for each symbol the length of its code in bits (0 if it has none) and the code, first bit highest. */
export interface PrefixCode {
  readonly lengths: readonly number[];
  readonly codes: readonly number[];
}

/**
 * The shortest prefix code for symbols that occur so often, with no code longer than `limit` bits (package-merge,
 * Larmore and Hirschberg 1990), in the canonical form of RFC 1951 §3.2.2.
 */
export function prefixCode(counts: readonly number[], limit: number): PrefixCode {
  const lengths = counts.map(() => 0);
  // A code of one symbol is not complete; deflate's readers want two.
  const leaves = counts.flatMap((count, symbol) => (count > 0 || symbol < 2 ? [{ weight: count, symbols: [symbol] }] : [])).sort((a, b) => a.weight - b.weight || a.symbols[0]! - b.symbols[0]!);
  let packages = leaves;
  for (let bits = 1; bits < limit; bits++) {
    const pairs = leaves.slice(0, 0);
    for (let i = 0; i + 1 < packages.length; i += 2) pairs.push({ weight: packages[i]!.weight + packages[i + 1]!.weight, symbols: [...packages[i]!.symbols, ...packages[i + 1]!.symbols] });
    packages = [...leaves, ...pairs].sort((a, b) => a.weight - b.weight);
  }
  for (const { symbols } of packages.slice(0, 2 * leaves.length - 2)) for (const symbol of symbols) lengths[symbol]!++;
  return { lengths, codes: canonicalCodes(lengths) };
}

function canonicalCodes(lengths: readonly number[]): number[] {
  const codes = lengths.map(() => 0);
  let code = 0;
  for (let length = 1; length <= Math.max(...lengths); length++) {
    lengths.forEach((own, symbol) => {
      if (own === length) codes[symbol] = code++;
    });
    code <<= 1;
  }
  return codes;
}
