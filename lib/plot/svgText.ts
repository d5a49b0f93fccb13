/**
 * An SVG element as the text of an SVG file: well-formed XML whatever the document's own serializer does, coordinates
 * rounded to tenths of a px, attributes in alphabetical order. The same drawing gives the same text everywhere.
 */
export function svgText(svg: SVGElement): string {
  return write(svg, true);
}

function write(element: Element, isRoot = false): string {
  const name = element.localName;
  const attributes = [...element.attributes]
    .filter(({ name }) => name !== "xmlns" && name !== "class")
    .map(({ name, value }) => ` ${name}="${escape(isGeometry.has(name) ? rounded(value) : value).replaceAll('"', "&quot;")}"`)
    .sort();
  if (isRoot) attributes.unshift(' xmlns="http://www.w3.org/2000/svg"');
  const content = [...element.childNodes].map((child) => (child.nodeType === 1 ? write(child as Element) : child.nodeType === 3 ? escape(child.textContent ?? "") : "")).join("");
  return content === "" ? `<${name}${attributes.join("")}/>` : `<${name}${attributes.join("")}>${content}</${name}>`;
}

const isGeometry = new Set(["d", "points", "transform", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height"]);

function rounded(value: string): string {
  return value.replace(/-?\d*\.\d+(e[-+]?\d+)?/g, (digits) => String(Math.round(Number(digits) * 10) / 10 || 0));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
