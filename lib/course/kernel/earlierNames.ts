import type ts from "@tslab/typescript-for-tslab";

/**
 * Lets a cell write `{ a }` and `{ p: q }` where `a`, or the type of what is taken apart, comes from an earlier cell.
 * tslab makes `exports.a` of every identifier declared earlier; it misses the first and breaks the second (the property
 * name `p` becomes `exports.p`). So the shorthand is written out here, and such property names become strings.
 */
export function earlierNames(compiler: typeof ts, program: ts.Program): ts.TransformerFactory<ts.SourceFile> {
  const checker = program.getTypeChecker();
  const isEarlier = (symbol: ts.Symbol | undefined) => symbol?.declarations?.some((declaration) => declaration.getSourceFile().fileName.endsWith("/__prev__.d.ts")) ?? false;

  return (context) => {
    const { factory } = context;
    const visit = (node: ts.Node): ts.Node => {
      if (compiler.isShorthandPropertyAssignment(node) && isEarlier(checker.getShorthandAssignmentValueSymbol(node))) {
        const earlier = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name.text);
        const fallback = node.objectAssignmentInitializer && (compiler.visitNode(node.objectAssignmentInitializer, visit) as ts.Expression);
        return factory.createPropertyAssignment(factory.createStringLiteral(node.name.text), fallback ? factory.createAssignment(earlier, fallback) : earlier);
      }
      const visited = compiler.visitEachChild(node, visit, context);
      if (compiler.isBindingElement(node) && node.propertyName && compiler.isIdentifier(node.propertyName)) {
        const element = visited as ts.BindingElement;
        return factory.updateBindingElement(element, element.dotDotDotToken, factory.createStringLiteral(node.propertyName.text), element.name, element.initializer);
      }
      if (compiler.isPropertyAssignment(node) && compiler.isIdentifier(node.name) && isEarlier(checker.getSymbolAtLocation(node.name))) {
        const assignment = visited as ts.PropertyAssignment;
        return factory.updatePropertyAssignment(assignment, factory.createStringLiteral(node.name.text), assignment.initializer);
      }
      return visited;
    };
    return (file) => compiler.visitEachChild(file, visit, context);
  };
}
