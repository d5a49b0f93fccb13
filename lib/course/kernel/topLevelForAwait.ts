import type ts from "@tslab/typescript-for-tslab";

/** The `await` of a `for await` that stands in no function; undefined if the file has none. */
export function topLevelForAwait(compiler: typeof ts, file: ts.SourceFile): ts.AwaitKeyword | undefined {
  const find = (node: ts.Node): ts.AwaitKeyword | undefined => {
    if (compiler.isForOfStatement(node) && node.awaitModifier) return node.awaitModifier;
    if (compiler.isFunctionLike(node) || compiler.isClassLike(node)) return undefined;
    return compiler.forEachChild(node, find);
  };
  return find(file);
}
