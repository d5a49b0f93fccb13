import { describe, expect, test } from "vitest";
import { doctor, formatDoctor } from "../../lib/course/doctor.js";

describe("doctor", () => {
  test("finds in this clone what npm test needs, and only optional things never count as missing", async () => {
    const report = await doctor();
    const check = (name: string) => report.checks.find((one) => one.name === name);
    expect(report.checks.map(({ name }) => name)).toEqual(["Node", "npm", "Dependencies", "Build", "Python", "JupyterLab", "Kernel", "Chapters", "Port 8888", "git", "Chromium"]);
    for (const name of ["Node", "npm", "Dependencies", "Chapters", "Port 8888", "git", "Chromium"]) expect(check(name), name).toMatchObject({ ok: true });
    expect(report.ok).toBe(report.checks.every(({ ok }) => ok));
    for (const { ok, fix, name } of report.checks) if (!ok) expect(fix, name).toBeTruthy();
  });

  test("prints a line for each check and what to do where something is missing", () => {
    const checks = [{ name: "Node", ok: true, found: "20.19.0" }, { name: "JupyterLab", ok: false, found: "no .venv", fix: "npm start makes it." }];
    expect(formatDoctor({ ok: false, checks })).toBe(
      "ok       Node        20.19.0\nmissing  JupyterLab  no .venv\n                     npm start makes it.\n\nSomething the course needs is missing: see the lines above.\n",
    );
    expect(formatDoctor({ ok: true, checks: checks.slice(0, 1) })).toContain("Everything the course needs is here.");
  });
});
