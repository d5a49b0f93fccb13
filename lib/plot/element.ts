/** An SVG element with its attributes (those that are undefined are left out) and, if given, its text. */
export function element(document: Document, name: string, attributes: Readonly<Record<string, string | number | undefined>>, text?: string): SVGElement {
  const result = document.createElementNS("http://www.w3.org/2000/svg", name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) result.setAttribute(key, String(value));
  if (text !== undefined) result.textContent = text;
  return result;
}
