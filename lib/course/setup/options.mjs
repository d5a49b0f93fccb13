/** What `npm start -- --help` prints. */
export const usage = `npm start opens the course in JupyterLab. What is missing is installed first, inside this folder.

Usage: npm start [-- OPTIONS]

  --no-browser   print the address, but do not open a browser
  --port N       use port N (otherwise 8888, or the next free one)
  --pages        serve the chapters as web pages to read, without Python and JupyterLab
  --help         print this

The address carries a token; JUPYTER_TOKEN sets it, otherwise it is random. Ctrl-C stops everything.
`;

/**
 * Reads the arguments of `npm start`: `{ browser, pages, help, port }`, `port` undefined where none was asked for;
 * or `{ error }`, one sentence that says what to write instead. npm keeps options that come before `--` for itself,
 * passes on only the words after them, and leaves a trace in the environment.
 */
export function parseStartOptions(args, environment = {}) {
  // npm's own option of that name means the same, so it is simply followed.
  const browser = environment.npm_config_browser !== "" && environment.npm_config_browser !== "false";
  const options = { browser, pages: false, help: false, port: undefined };
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name, value] = word.startsWith("--") && word.includes("=") ? [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] : [word, undefined];
    if (name === "--no-browser" && value === undefined) options.browser = false;
    else if (name === "--pages" && value === undefined) options.pages = true;
    else if ((name === "--help" || name === "-h") && value === undefined) options.help = true;
    else if (name === "--port") {
      const text = value ?? rest.shift() ?? "";
      const port = Number(text);
      if (!/^\d+$/.test(text) || port < 1 || port > 65535) return { error: `--port takes a number from 1 to 65535, not "${text}": for example, npm start -- --port 8890` };
      options.port = port;
    } else if (/^\d+$/.test(word)) return { error: `a number alone means nothing here, and npm keeps options without a separate "--" for itself: write npm start -- --port ${word}` };
    else if (!word.startsWith("-")) return { error: `"${word}" means nothing here, and npm keeps options without a separate "--" for itself: write npm start -- OPTIONS, for example npm start -- --no-browser` };
    else return { error: `there is no option ${name}: the options are --no-browser, --port N, --pages and --help, as in npm start -- --port 8890` };
  }
  const swallowed = swallowedOption(environment);
  if (swallowed !== undefined) return { error: `npm kept ${swallowed} for itself: write npm start -- ${swallowed}` };
  return options;
}

function swallowedOption(environment) {
  if (environment.npm_config_port) return `--port ${environment.npm_config_port === "true" ? "8890" : environment.npm_config_port}`;
  return environment.npm_config_pages ? "--pages" : undefined;
}
