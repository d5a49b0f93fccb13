import { escapeHtml } from "./escapeHtml.js";
import { stylesheet } from "./stylesheet.js";

/** A whole HTML page of this title around a body that is HTML already. */
export function renderDocument(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${stylesheet}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}
