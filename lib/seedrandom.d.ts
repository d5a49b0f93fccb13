/** seedrandom's xorshift generator, which its own declarations name only as a property of the whole package. */
declare module "seedrandom/lib/xor128.js" {
  interface State {
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly w: number;
  }
  export default function xor128(seed: number | string, options?: { readonly state: State }): () => number;
}

/** seedrandom's Tyche-i generator. */
declare module "seedrandom/lib/tychei.js" {
  export default function tychei(seed: number | string): () => number;
}
