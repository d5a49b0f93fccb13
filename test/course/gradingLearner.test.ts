import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { renderPicture } from "../../lib/course/picture.js";
import { predictionsIn } from "../../lib/course/predict.js";
import { hint, hintsOf, numberedHint } from "../../lib/course/grading/hint.js";
import { display } from "../../lib/course/display.js";
import { hint as showHint } from "../../lib/course/grading/notebook.js";
import { inLearnersFolder } from "../../lib/course/grading/places.js";
import { formatReport, type GradeReport } from "../../lib/course/grading/report.js";
import { reset } from "../../lib/course/grading/reset.js";
import { scoreCard } from "../../lib/course/grading/scoreCard.js";
import { skeletonFiles, skeletonOf } from "../../lib/course/grading/skeleton.js";
import { colours } from "../../lib/plot/palette.js";
import { UsageError } from "../../lib/course/usageError.js";

vi.mock("../../lib/course/display.js", { spy: true });
const shown = vi.mocked(display);

mkdirSync(inLearnersFolder("tmp"), { recursive: true });
const folder = mkdtempSync(inLearnersFolder("tmp", "test learner-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  shown.mockReset();
});

describe("skeletons", () => {
  test("keep what follows the marks and lose what stands between them", () => {
    const solution = "a();\n  // <answer> TODO: b.\n  // Because.\n  b();\n  // </answer> throw new Error();\nc();\n";
    expect(skeletonOf(solution)).toBe("a();\n  // TODO: b.\n  throw new Error();\nc();\n");
    expect(skeletonOf(solution.replaceAll("\n", "\r\n"))).toBe(skeletonOf(solution));
  });
});

describe("hints", () => {
  test("come one by one, and the last one stays", () => {
    const file = join(folder, "hints.json");
    const all = hintsOf("21-quorum");
    expect([1, 2, 3, 4].map(() => hint("21-quorum", file))).toEqual([
      `Hint 1 of 3 for 21-quorum: ${all[0]}`,
      `Hint 2 of 3 for 21-quorum: ${all[1]}`,
      `Hint 3 of 3 for 21-quorum: ${all[2]} (This was the last one.)`,
      `Hint 3 of 3 for 21-quorum: ${all[2]} (This was the last one.)`,
    ]);
    expect(hint("22-vote", file)).toMatch(/^Hint 1 of 3 for 22-vote: /);
  });

  test("are given again by their number, and the next one stays the next", () => {
    const file = join(folder, "numbered.json");
    hint("22-vote", file);
    expect(numberedHint("22-vote", 1)).toBe(`Hint 1 of 3 for 22-vote: ${hintsOf("22-vote")[0]}`);
    expect(numberedHint("22-vote", 3)).toMatch(/^Hint 3 of 3 .* \(This was the last one\.\)$/);
    expect(hint("22-vote", file)).toMatch(/^Hint 2 of 3/);
    for (const number of [0, 4, 1.5]) expect(() => numberedHint("22-vote", number)).toThrow(new UsageError(`22-vote has 3 hints: expected a number from 1 to 3, not ${number}`));
    shown.mockImplementation(() => {});
    showHint("22-vote", 2);
    expect(shown.mock.calls[0]![0].data["text/markdown"]).toMatch(/^Hint 2 of 3 for 22-vote: /);
  });

  test("are the same in every build of a chapter", () => {
    vi.stubEnv("LEADERLAB_NOTEBOOK_BUILD", "1");
    shown.mockImplementation(() => {});
    showHint("22-vote");
    showHint("22-vote");
    expect(shown.mock.calls[0]).toEqual(shown.mock.calls[1]);
    expect(shown.mock.calls[0]![0].data["text/plain"]).toMatch(/^Hint 1 of 3 for 22-vote: /);
  });

  test("of an unknown exercise are refused", () => {
    expect(() => hint("22-vot", join(folder, "hints.json"))).toThrow(new UsageError('There is no exercise "22-vot". Did you mean 22-vote?'));
  });
});

describe("reset", () => {
  const exercises = join(folder, "exercises");
  const backups = join(folder, "backup");
  const file = join(exercises, "21-quorum", "quorum.ts");
  const fresh = skeletonFiles("21-quorum").get("quorum.ts")!;

  test("makes an exercise new, and keeps what was written", () => {
    mkdirSync(join(exercises, "21-quorum"), { recursive: true });
    writeFileSync(file, "my work");
    writeFileSync(join(exercises, "21-quorum", "notes.txt"), "mine");
    expect(reset("21-quorum", exercises, backups)).toBe(`21-quorum is as new again: quorum.ts in ${join(exercises, "21-quorum")}. What you had written is kept in ${join(backups, "21-quorum", "1")}.`);
    expect(readFileSync(file, "utf8")).toBe(fresh);
    expect(readFileSync(join(backups, "21-quorum", "1", "quorum.ts"), "utf8")).toBe("my work");
    expect(existsSync(join(exercises, "21-quorum", "notes.txt"))).toBe(true);
  });

  test("leaves alone what is new, with either kind of line ends", () => {
    writeFileSync(file, fresh.replaceAll("\n", "\r\n"));
    expect(reset("21-quorum", exercises, backups)).toBe("21-quorum is as new already; nothing was changed.");
    expect(readFileSync(file, "utf8")).toContain("\r\n");
  });

  test("keeps each of several attempts, and restores a file that was deleted", () => {
    writeFileSync(file, "second");
    reset("21-quorum", exercises, backups);
    expect(readFileSync(join(backups, "21-quorum", "2", "quorum.ts"), "utf8")).toBe("second");
    rmSync(file);
    expect(reset("21-quorum", exercises, backups)).not.toContain("kept");
    expect(readFileSync(file, "utf8")).toBe(fresh);
  });
});

describe("predictions", () => {
  const file = join(folder, "predictions.json");

  test("are locked in, and stay", () => {
    const { predict } = predictionsIn(file);
    expect(predict("02.downtime", 250)).toBe("Locked in: 250. Go on to see how far off it is.");
    expect(predict("02.downtime", 250)).toBe("Your prediction 250 is locked in.");
    expect(predict("02.downtime", 171)).toBe("You have locked in 250 already, and it stays: a prediction changed afterwards is none.");
  });

  test("are held against what came out", () => {
    const { predict, reveal } = predictionsIn(file);
    expect(reveal("02.downtime", 170.8, "ms")).toBe("You predicted 250 ms. Measured: 171 ms. That is 79.2 ms (46.4 %) too high.");
    expect(reveal("02.votes", 3)).toContain("Measured: 3. You have locked in no prediction");
    predict("02.votes", 3);
    expect(reveal("02.votes", 3)).toBe("You predicted 3. Measured: 3. Spot on.");
  });

  test("leave no trace in a chapter that is built", () => {
    vi.stubEnv("LEADERLAB_NOTEBOOK_BUILD", "1");
    const { predict, reveal } = predictionsIn(join(folder, "none.json"));
    expect(predict("02.downtime", 250)).toBe(predict("02.downtime", 100));
    expect(reveal("02.downtime", 171, "ms")).toBe("Measured: 171 ms. Your prediction will be compared here.");
    expect(existsSync(join(folder, "none.json"))).toBe(false);
  });

  test("that are none are refused", () => {
    const { predict } = predictionsIn(file);
    expect(() => predict("02.downtime", Number.NaN)).toThrow(new UsageError('predict: the prediction is a number, such as predict("02.downtime", 250), not NaN.'));
    expect(() => predict("02.downtime", "250" as never)).toThrow('not "250"');
    expect(() => predict("downtime", 250)).toThrow('predict: the first argument names the question, such as "02.downtime", not "downtime".');
  });
});

describe("a report", () => {
  const message = "Your node voted for 2, although it had voted for 1 in the same term (term 4).";
  const report: GradeReport = {
    points: 2,
    max: 15,
    exercises: [
      { name: "22-vote", status: "failed", points: 2, max: 5, cases: [{ name: "a first vote is given", points: 2, max: 2 }, { name: "a node votes once a term", points: 0, max: 3, message, replay: 'npx leaderlab grade 22-vote --case "x" --seed 7' }] },
      { name: "21-quorum", status: "timeout", points: 0, max: 10, cases: [{ name: "one", points: 0, max: 5, message: "Too late." }, { name: "two", points: 0, max: 5, message: "Too late." }] },
    ],
  };

  test("says in words what passed, what failed, why, and how to replay it", () => {
    expect(formatReport(report)).toBe(
      [
        "22-vote: 2 of 5 points",
        "  ✓ a first vote is given (2/2)",
        "  ✗ a node votes once a term (0/3)",
        `      ${message}`,
        '      Replay it: npx leaderlab grade 22-vote --case "x" --seed 7',
        "",
        "21-quorum: 0 of 10 points, out of time",
        "  Too late.",
        "",
        "Together: 2 of 15 points.",
      ].join("\n"),
    );
  });

  test("shows what is not written yet as neither right nor wrong", () => {
    const begun: GradeReport = { points: 0, max: 5, exercises: [{ name: "21-quorum", status: "failed", points: 0, max: 5, cases: [{ name: "one", points: 0, max: 5, message: "not written yet: `majority`" }] }] };
    expect(formatReport(begun)).toContain("  ○ one (0/5)\n      not written yet: `majority`");
    const { svg } = renderPicture((document) => scoreCard(begun, { document }), formatReport(begun));
    expect(svg).toContain("<circle");
    expect(svg).not.toContain(colours.vermilion);
  });

  test("is drawn as a card that says the same", () => {
    const { svg, width, height } = renderPicture((document) => scoreCard(report, { document }), formatReport(report));
    for (const words of ["22-vote", "2 of 5 points", "a first vote is given", "a node votes once a term", "0 of 10 points: out of time", "Too late."]) expect(svg).toContain(`>${words}</text>`);
    expect([width, height]).toEqual([720, expect.any(Number)]);
    expect(svg.length).toBeLessThan(20_000);
  });
});

describe("grading in a notebook", () => {
  const shown: { svg: string; caption: string }[] = [];
  beforeAll(() => {
    vi.doMock("../../lib/course/show.js", () => ({ show: (draw: (document: Document) => SVGElement, caption: string) => shown.push(renderPicture(draw, caption)) }));
    vi.resetModules();
  });

  test("shows the untouched skeleton while chapters are built, the same each time, and solutions where asked", async () => {
    vi.stubEnv("LEADERLAB_NOTEBOOK_BUILD", "1");
    const { grade } = await import("../../lib/course/grading/notebook.js");
    await grade("22-vote");
    await grade("22-vote");
    await grade("22-vote", { answers: "solutions" });
    expect(shown[0]!.caption).toMatch(/^22-vote: 0 of 25 points\n {2}○ a first vote is given \(0\/2\)\n {6}not written yet: `onRequestVote` sends no reply\n/);
    expect(shown[0]!.caption).not.toContain(".leaderlab");
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]!.caption).toMatch(/^22-vote: 25 of 25 points, all passed\n/);
    await expect(grade("22-vot")).rejects.toThrow("Did you mean 22-vote?");
  });
});
