import { ensureReady, runScript } from "./ensure.mjs";

// npm run build: installs what is missing and compiles lib/ to dist/ if anything has changed.
await runScript(() => ensureReady());
