/** How the web pages look: one readable column on white, the system's own letters, code and outputs set apart. */
export const stylesheet = `
body { margin: 0; background: #fff; color: #1d2430; font: 17px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.25; margin: 2.2em 0 0.6em; }
h1 { font-size: 2rem; margin-top: 0.6em; }
h2 { font-size: 1.45rem; border-bottom: 1px solid #dde2ea; padding-bottom: 0.2em; }
h3 { font-size: 1.15rem; }
a { color: #0b5cad; }
pre, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.86em; }
code { background: #f1f3f6; border-radius: 3px; padding: 0.1em 0.3em; }
pre { overflow-x: auto; line-height: 1.45; padding: 0.8em 1em; border-radius: 6px; margin: 1em 0; background: #f6f8fa; }
pre code { background: none; padding: 0; font-size: 1em; }
pre.code { border-left: 3px solid #0b5cad; }
pre.output { background: none; border: 1px solid #dde2ea; margin-top: -0.4em; }
pre.error { border-color: #b3261e; color: #8c1d18; white-space: pre-wrap; }
figure { margin: 1em 0; overflow-x: auto; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1em 0; }
th, td { border: 1px solid #dde2ea; padding: 0.3em 0.7em; text-align: left; }
th { background: #f6f8fa; }
blockquote { margin: 1em 0; padding: 0.1em 1em; border-left: 3px solid #c3cad5; color: #47505f; }
nav { display: flex; flex-wrap: wrap; gap: 0.3em 1.5em; font-size: 0.9em; }
`;
