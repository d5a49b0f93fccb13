import { fileURLToPath } from "node:url";

/** The folder that holds package.json, wherever this module runs from: lib/ and dist/ have the same depth. */
export const repositoryRoot: string = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[\\/]$/, "");
