/** The kind of machine that committed notebooks are built and checked on byte for byte: that of continuous integration. */
export const builtOn = { nodeMajor: 20, platform: "linux", arch: "x64" } as const;
