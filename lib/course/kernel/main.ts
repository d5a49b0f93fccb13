import { serveKernel } from "./serveKernel.js";

// Started by Jupyter, or by startKernel: node --disable-warning=ExperimentalWarning main.js <connection file>
const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  process.stderr.write("leaderlab kernel: expected the path of a Jupyter connection file. Jupyter starts this program; `npm start` starts Jupyter.\n");
  process.exit(2);
}
serveKernel(connectionFile).catch((error: unknown) => {
  process.stderr.write(`leaderlab kernel: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
